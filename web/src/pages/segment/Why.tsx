import { Alert, Paper, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { CustomerField } from '@/builder/fields/CustomerField';
import { Explained } from '@/ui/Explained';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';

/** Why one customer is in the segment, or is not: each part of the condition, answered. */
export function Why({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const [customer, setCustomer] = useState<string | null>(null);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('why.title')}>
      <CustomerField label={t('why.title')} placeholder={t('why.choose')} value={customer} onChange={setCustomer} />
      {customer && <Answer segment={segment} customer={customer} />}
    </Paper>
  );
}

function Answer({ segment, customer }: { segment: Schemas['SegmentView']; customer: string }) {
  const { t } = useTranslation('segments');
  const found = useQuery({
    queryKey: ['segment', segment.id, 'explain', customer, segment.updated_at],
    queryFn: () =>
      take(
        api.GET('/segments/{segment_id}/explanations/{customer}', {
          params: { path: { segment_id: segment.id, customer } },
        }),
      ),
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={() => found.refetch()} />;
  return (
    <Stack mt="sm" gap="xs" aria-live="polite">
      <Alert
        variant="light"
        color={found.data.holds ? 'teal' : 'gray'}
        title={t(found.data.holds ? 'why.in' : 'why.out')}
      />
      <Explained part={found.data} />
    </Stack>
  );
}
