import { Alert, Button, CopyButton, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import type { EmailDocument } from './model';

/** The document as MJML: to be read and taken away, not to be edited. */
export function Source({ document }: { document: EmailDocument }) {
  const { t } = useTranslation('emails');
  const found = useQuery({
    queryKey: ['email-mjml', document],
    queryFn: () => take(api.POST('/email-documents/mjml', { body: { document } })),
  });
  if (found.error) return <Problem error={found.error} />;
  if (!found.data) return <Loading />;
  return (
    <Stack style={{ flex: 1, minHeight: 0 }}>
      <Alert variant="light">{t('oneWay')}</Alert>
      <CopyButton value={found.data.mjml}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" w="fit-content" onClick={copy}>
            {copied ? t('copied') : t('copyMjml')}
          </Button>
        )}
      </CopyButton>
      <Textarea
        aria-label={t('views.source')}
        readOnly
        value={found.data.mjml}
        rows={26}
        spellCheck={false}
        styles={{
          input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-xs)' },
        }}
      />
    </Stack>
  );
}
