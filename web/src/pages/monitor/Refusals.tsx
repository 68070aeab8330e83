import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import { IconDoorEnter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { CsvButton } from '@/ui/CsvButton';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Person } from '@/ui/Person';
import { Since } from '@/ui/Since';
import type { Monitor } from './figures';
import { useRefusalWords } from './words';

/** Whoever a trigger fired for and was not let in, each with the reason; before all, how many for which reason. */
export function Refusals({ slug, monitor }: { slug: string; monitor: Monitor }) {
  const { t } = useTranslation('monitor');
  const { words, counted } = useRefusalWords();
  const format = useFormat();
  const reasons = Object.entries(monitor.rejected).sort(([, a], [, b]) => b - a);
  const refused = reasons.reduce((all, [, count]) => all + count, 0);
  const pages = usePages(['campaigns', slug, 'refusals', String(refused)], (page) =>
    take(api.GET('/campaigns/{slug}/entry-rejections', { params: { path: { slug }, query: page } })),
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('refusals.help')}
      </Text>
      <Group gap="xs">
        {reasons.map(([reason, count]) => (
          <Badge key={reason} variant="light" color="gray" tt="none" size="lg">
            {counted(reason)}: {format.number(count)}
          </Badge>
        ))}
      </Group>
      <Listing pages={pages} empty={<Empty icon={IconDoorEnter} title={t('refusals.none')} />}>
        <Table verticalSpacing="xs" aria-label={t('tabs.refusals')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('refusals.customer')}</Table.Th>
              <Table.Th>{t('refusals.reason')}</Table.Th>
              <Table.Th>{t('refusals.at')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.items.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Person of={each} />
                </Table.Td>
                <Table.Td>{words(each)}</Table.Td>
                <Table.Td>
                  <Since at={each.at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end" mt="xs">
          <CsvButton<Schemas['EntryRejectionView']>
            label={t('tabs.refusals')}
            rows={pages.everything}
            columns={[
              { title: t('refusals.customer'), csv: (each) => each.customer_name },
              { title: t('there.customerId'), csv: (each) => each.external_id ?? each.customer_id },
              { title: t('refusals.reason'), csv: words },
              { title: t('refusals.at'), csv: (each) => each.at },
            ]}
          />
        </Group>
      </Listing>
    </Stack>
  );
}
