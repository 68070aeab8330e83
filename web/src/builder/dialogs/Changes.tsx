import { Badge, Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { type Change, difference } from '../graph/diff';
import { titleOf } from '../kinds';

const COLOURS: Record<Change['what'], string> = { added: 'teal', removed: 'red', changed: 'blue', rewired: 'grape' };

/** What `after` has that `before` has not, in words. */
export function Changes({ before, after }: { before: Flow; after: Flow }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const { nodes, settings, moved } = difference(before, after);
  if (nodes.length === 0 && settings.length === 0) {
    return <Text size="sm">{moved ? t('builder:changes.moved') : t('builder:changes.none')}</Text>;
  }
  return (
    <List size="sm" spacing={4} listStyleType="none">
      {nodes.map(({ what, node }) => (
        <List.Item key={node.id}>
          <Group gap={6}>
            <Badge size="sm" variant="light" color={COLOURS[what]} tt="none">
              {t(`builder:changes.${what}`)}
            </Badge>
            {titleOf(node, t)}
            <Text span size="xs" c="dimmed">
              {t(`kinds:${node.type}.name`)}
            </Text>
          </Group>
        </List.Item>
      ))}
      {settings.map((name) => (
        <List.Item key={name}>
          <Group gap={6}>
            <Badge size="sm" variant="light" color="blue" tt="none">
              {t('builder:changes.setting')}
            </Badge>
            {name.replaceAll('_', ' ')}
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
