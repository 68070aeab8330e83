import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type ExperimentItem, experiments } from '@/api/experiments';
import type { DataOf } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { StateBadge } from '@/pages/experiments/StateBadge';
import { useEditor } from '../../store';
import { ExperimentDialog } from './ExperimentDialog';

type Props = { node: string; arms: DataOf<'random_split'>['arms'] };

/** The experiments on a split, and the way to a new one. */
export function ExperimentPart({ node, arms }: Props) {
  const { t } = useTranslation('experiments');
  const slug = useEditor((editor) => editor.slug);
  const readOnly = useEditor((editor) => editor.readOnly);
  const found = useQuery(experiments.ofSplit(slug, node));
  const [open, setOpen] = useState(false);
  const items = found.data?.items ?? [];
  return (
    <Stack gap="xs" component="section" aria-label={t('panel.title')}>
      <Title order={3} size="h6">
        {t('panel.title')}
      </Title>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('panel.none')}
        </Text>
      )}
      {items.map((item) => (
        <Item key={item.id} item={item} />
      ))}
      {!readOnly && (
        <Button
          variant="light"
          size="xs"
          w="fit-content"
          leftSection={<IconFlask size={14} />}
          onClick={() => setOpen(true)}
        >
          {t('panel.new')}
        </Button>
      )}
      {open && <ExperimentDialog slug={slug} node={node} arms={arms} close={() => setOpen(false)} />}
    </Stack>
  );
}

function Item({ item }: { item: ExperimentItem }) {
  const { percent } = useFormat();
  return (
    <Paper withBorder p="xs">
      <Group justify="space-between" gap="xs">
        <Anchor component={Link} to={`/experiments/${item.id}`} size="sm" fw={600}>
          {item.name}
        </Anchor>
        <StateBadge state={item.state} ramp={item.ramp} />
      </Group>
      <Text size="xs" c="dimmed">
        {item.hypothesis}
        {item.started_at && ` · ${percent(item.progress)}`}
      </Text>
    </Paper>
  );
}
