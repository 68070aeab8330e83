import { Anchor, Button, Loader, Table, Text } from '@mantine/core';
import { IconFilterPlus, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { segmentSize } from './size';

export function Component() {
  const { t } = useTranslation('segments');
  const may = useMay('marketer');
  const pages = usePages(['segments', 'pages'], (cursor) =>
    take(api.GET('/segments', { params: { query: { limit: 30, cursor } } })),
  );
  const create = may && (
    <Button component={Link} to="/segments/new" leftSection={<IconPlus size={16} />}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={pages.items.length > 0 && create}>
      <Listing
        pages={pages}
        empty={
          <Empty icon={IconFilterPlus} title={t('empty')} help={t('emptyHelp')}>
            {create}
          </Empty>
        }
      >
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('name')}</Table.Th>
              <Table.Th ta="right">{t('size')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.items.map((segment) => (
              <Row key={segment.id} segment={segment} />
            ))}
          </Table.Tbody>
        </Table>
      </Listing>
    </Page>
  );
}

function Row({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const size = useQuery(segmentSize(segment.condition));
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/segments/${segment.id}`} fw={600}>
          {segment.name}
        </Anchor>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {segment.description || segment.words}
        </Text>
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {size.isPending ? (
          <Loader size="xs" role="status" aria-label={t('counting')} />
        ) : size.data ? (
          (size.data.exact ? '' : '≈ ') + format.number(size.data.count)
        ) : (
          '–'
        )}
      </Table.Td>
    </Table.Tr>
  );
}
