import { Title } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { useCustomerColumns } from '../customers/columns';
import { Export } from './Export';

/** Who is in the segment now. */
export function Members({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const columns = useCustomerColumns();
  const pages = usePages(['segment', segment.id, 'members', segment.updated_at], (page) =>
    take(
      api.GET('/segments/{segment_id}/members', { params: { path: { segment_id: segment.id }, query: { ...page } } }),
    ),
  );
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t('members')}
      </Title>
      <Listing pages={pages} empty={<Empty icon={IconUserOff} title={t('nobody')} />}>
        <DataTable
          label={`${segment.name} ${t('members')}`}
          columns={columns}
          rows={pages.items}
          rowKey={({ id }) => id}
          minWidth={320}
          everything={pages.everything}
        />
        <Export segment={segment} />
      </Listing>
    </section>
  );
}
