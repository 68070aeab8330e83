import { Anchor, Badge, Button, Group, Loader, Text } from '@mantine/core';
import { IconFilterPlus, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useSay } from '@/lib/sentences';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { segmentSize } from './size';

type Segment = Schemas['SegmentView'];

export function Component() {
  const { t } = useTranslation('segments');
  const may = useMay('marketer');
  const client = useQueryClient();
  const pages = usePages(['segments', 'pages'], (page) =>
    take(api.GET('/segments', { params: { query: { ...page } } })),
  );
  const counted = ({ condition }: Segment) => client.getQueryData(segmentSize(condition).queryKey)?.count;
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
        <DataTable
          label={t('title')}
          rows={pages.items}
          rowKey={({ id }) => id}
          minWidth={300}
          columns={[
            { key: 'name', title: t('name'), show: (segment) => <Named segment={segment} />, csv: ({ name }) => name },
            { key: 'words', title: t('condition'), csv: ({ words }) => words },
            {
              key: 'size',
              title: t('size'),
              right: true,
              show: (segment) => <Size segment={segment} />,
              csv: counted,
            },
          ]}
        />
      </Listing>
    </Page>
  );
}

function Named({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const say = useSay();
  return (
    <>
      <Group gap="xs">
        <Anchor component={Link} to={`/segments/${segment.id}`} fw={600}>
          {segment.name}
        </Anchor>
        {segment.persona && (
          <Badge variant="light" color="grape" tt="none">
            {t('personaShort')}
          </Badge>
        )}
        {segment.tracked && (
          <Badge variant="light" color="gray" tt="none">
            {t('trackedShort')}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {segment.description || say(segment.words, segment.said)}
      </Text>
    </>
  );
}

function Size({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const size = useQuery(segmentSize(segment.condition));
  if (size.isPending) return <Loader size="xs" role="status" aria-label={t('counting')} />;
  if (!size.data) return '–';
  return (size.data.exact ? '' : '≈ ') + format.number(size.data.count);
}
