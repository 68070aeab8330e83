import { Alert, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Experiment, experiments } from '@/api/experiments';
import { SegmentField } from '@/builder/fields/SegmentField';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { Part } from '../broadcast/Part';
import { Arms } from './Arms';

/** The primary metric within one segment, with the warning that belongs to looking at many. */
export function Segments({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation('experiments');
  const [segment, choose] = useState<string | null>(null);
  return (
    <Part title={t('segments.title')}>
      <Alert color="yellow" icon={<IconInfoCircle />}>
        {t('segments.warning')}
      </Alert>
      <SegmentField label={t('segments.choose')} value={segment} onChange={choose} />
      {segment ? <Within experiment={experiment} segment={segment} /> : <Text c="dimmed">{t('segments.none')}</Text>}
    </Part>
  );
}

function Within({ experiment, segment }: { experiment: Experiment; segment: string }) {
  const found = useQuery(experiments.segment(experiment.id, segment));
  if (found.isPending) return <Placeholder rows={3} />;
  if (found.isLoadingError) return <Problem error={found.error} retry={found.refetch} />;
  return <Arms experiment={experiment} arms={found.data.arms} effects={found.data.effects} />;
}
