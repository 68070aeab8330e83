import { Button, Code, Stack } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Empty } from '@/ui/Empty';

/** What is shown in place of a page that broke. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
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
