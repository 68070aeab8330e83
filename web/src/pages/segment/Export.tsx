import { Button, Group, MultiSelect } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { intelligence } from '@/api/intelligence';
import type { Schemas } from '@/api/types';
import { download, fileName } from '@/lib/csv';
import { tell } from '@/ui/tell';
import { useIntelligenceWords } from '../models/words';

/** Takes every member away as a file, with the scores that are chosen. */
export function Export({ segment }: { segment: Schemas['SegmentView'] }) {
  const { t } = useTranslation('segments');
  const words = useIntelligenceWords();
  const models = useQuery(intelligence.models());
  const [scores, setScores] = useState<string[]>([]);
  const saving = useMutation({
    mutationFn: () =>
      take(
        api.GET('/segments/{segment_id}/export', {
          params: { path: { segment_id: segment.id }, query: { format: 'csv', score: scores } },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file) => download(fileName(segment.name, 'csv'), file as Blob),
    onError: tell,
  });
  const names = [...new Set((models.data ?? []).map((each) => each.name))];
  return (
    <Group align="flex-end" mt="sm">
      {names.length > 0 && (
        <MultiSelect
          label={t('exportScores')}
          data={names.map((name) => ({ value: name, label: words.score(name) }))}
          value={scores}
          onChange={setScores}
          maxValues={20}
          searchable
          clearable
          flex={1}
          miw={240}
        />
      )}
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {t('export')}
      </Button>
    </Group>
  );
}
