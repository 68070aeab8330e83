import { Button, Modal, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { ContentOf, Schemas } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { emptyDocument } from './model';

type Email = ContentOf<'email'>;
type Props = { content: Email; onChange: (content: Email) => void; close: () => void };

/** Ready e-mails to start from. The one that is chosen takes the place of the body, and of a subject nobody wrote. */
export default function Designs({ content, onChange, close }: Props) {
  const { t, i18n } = useTranslation('emails');
  const language = i18n.language.startsWith('it') ? 'it' : 'en';
  const found = useQuery({
    queryKey: ['email-designs', language],
    queryFn: () => take(api.GET('/email-designs', { params: { query: { language } } })),
  });
  function choose(design: Schemas['DesignView'] | null) {
    const body = { mjml: null, html: null, text: null, document: design?.document ?? emptyDocument(language) };
    onChange({ ...content, ...body, ...(design && { subject: design.subject, preheader: design.preheader }) });
  }
  return (
    <Modal opened onClose={close} title={t('designs')} size="min(1100px, 95vw)">
      {found.error && <Problem error={found.error} />}
      {found.isPending && <Loading />}
      <Stack>
        <Button variant="default" w="fit-content" onClick={() => choose(null)}>
          {t('scratch')}
        </Button>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
          {found.data?.items.map((design) => (
            <UnstyledButton key={design.key} aria-label={design.name} onClick={() => choose(design)}>
              <div
                style={{
                  height: 230,
                  overflow: 'hidden',
                  border: '1px solid var(--mantine-color-default-border)',
                  borderRadius: 8,
                  background: '#fff',
                }}
              >
                <iframe
                  title={design.name}
                  tabIndex={-1}
                  sandbox=""
                  srcDoc={design.html}
                  style={{
                    width: 640,
                    height: 800,
                    border: 0,
                    transform: 'scale(0.3)',
                    transformOrigin: '0 0',
                    pointerEvents: 'none',
                  }}
                />
              </div>
              <Text size="sm" fw={600} mt={4}>
                {design.name}
              </Text>
            </UnstyledButton>
          ))}
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}
