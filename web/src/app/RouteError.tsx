import { Button, Code, Stack } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { ApiError } from '@/api/client';
import { Empty } from '@/ui/Empty';
import { Problem } from '@/ui/Problem';

/** A page's own file could not be fetched; each browser says it in its way. */
const NOT_FETCHED = /import|module|fetch/i;

/** What is shown in place of a page that broke, or that could not be loaded because the server is away. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  if (error instanceof TypeError && NOT_FETCHED.test(error.message)) {
    return <Problem error={new ApiError({ status: 0, code: 'offline' })} retry={reloadOnceThere} />;
  }
  return (
    <Empty alone icon={IconBug} title={t('problem.crash')}>
      <Stack align="center">
        <Code block maw={600} tabIndex={0}>
          {error instanceof Error ? error.message : String(error)}
        </Code>
        <Button onClick={() => window.location.reload()}>{t('retry')}</Button>
      </Stack>
    </Empty>
  );
}

export async function reloadOnceThere(): Promise<void> {
  const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
  if (answer?.ok) window.location.reload();
}
