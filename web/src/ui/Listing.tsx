import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Placeholder } from './Placeholder';
import { Problem } from './Problem';

type Pages = {
  isPending: boolean;
  error: Error | null;
  items: unknown[];
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

/** A list read page by page: waiting, broken, empty, or there, with the way to more of it. */
export function Listing({ pages, empty, children }: { pages: Pages; empty: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  if (pages.isPending) return <Placeholder />;
  const broken = pages.error && <Problem error={pages.error} retry={pages.refetch} />;
  if (pages.items.length === 0) return broken || empty;
  return (
    <>
      {broken}
      {children}
      {pages.hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            {t('more')}
          </Button>
        </Group>
      )}
    </>
  );
}
