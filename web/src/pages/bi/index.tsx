import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bi } from '@/api/bi';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Address } from './Address';
import { Tools } from './Tools';
import { Views } from './Views';

/** How BI tools connect, and what they find. */
export function Component() {
  const { t } = useTranslation('bi');
  const read = useQuery(bi.described());
  return (
    <Page title={t('title')}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('help')}
      </Text>
      {read.isPending && <Loading />}
      {read.error && !read.data && <Problem error={read.error} retry={() => read.refetch()} />}
      {read.data && (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Tools address={read.data} />
            <Address address={read.data} />
          </SimpleGrid>
          <section>
            <Title order={2} size="h4" mb="xs">
              {t('views')}
            </Title>
            <Views views={read.data.views} />
          </section>
        </Stack>
      )}
    </Page>
  );
}
