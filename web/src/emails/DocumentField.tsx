import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContentOf } from '@/api/types';
import { Loading } from '@/ui/Loading';
import type { EmailDocument } from './model';

const EmailEditor = lazy(() => import('./EmailEditor'));
const Designs = lazy(() => import('./Designs'));

type Email = ContentOf<'email'>;

/** The body of an e-mail as blocks: opens the editor, which is loaded when it is first needed. */
export function DocumentField({ content, onChange }: { content: Email; onChange: (content: Email) => void }) {
  const { t } = useTranslation('emails');
  const [editing, editor] = useDisclosure();
  const [choosing, designs] = useDisclosure();
  const rows = (content.document as EmailDocument | null)?.rows ?? [];
  const blocks = rows.flatMap((row) => row.columns.flatMap((column) => column.blocks));
  return (
    <Stack gap="xs">
      <Text size="sm">{t('blockCount', { count: blocks.length })}</Text>
      <Group>
        <Button onClick={editor.open}>{t('open')}</Button>
        <Button variant="default" onClick={designs.open}>
          {t('designs')}
        </Button>
      </Group>
      <Suspense fallback={<Loading />}>
        {choosing && (
          <Designs
            content={content}
            onChange={(next) => {
              onChange(next);
              designs.close();
              editor.open();
            }}
            close={designs.close}
          />
        )}
        {editing && <EmailEditor content={content} onChange={onChange} close={editor.close} />}
      </Suspense>
    </Stack>
  );
}
