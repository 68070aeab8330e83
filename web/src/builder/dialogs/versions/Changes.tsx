import { Badge, Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { type FieldChange, fieldChanges } from '../../graph/compare';
import { type Change, difference } from '../../graph/diff';
import { titleOf } from '../../kinds';

export const CHANGE_COLOURS: Record<Change['what'], string> = {
  added: 'teal',
  removed: 'red',
  changed: 'blue',
  rewired: 'grape',
};

/** What `after` has that `before` has not, in words. */
export function Changes({ before, after }: { before: Flow; after: Flow }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const { nodes, settings, moved } = difference(before, after);
  if (nodes.length === 0 && settings.length === 0) {
    return <Text size="sm">{moved ? t('builder:changes.moved') : t('builder:changes.none')}</Text>;
  }
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  return (
    <List size="sm" spacing={6} listStyleType="none">
      {nodes.map(({ what, node }) => (
        <List.Item key={node.id}>
          <Group gap={6}>
            <Badge size="sm" variant="light" color={CHANGE_COLOURS[what]} tt="none">
              {t(`builder:changes.${what}`)}
            </Badge>
            {titleOf(node, t)}
            <Text span size="xs" c="dimmed">
              {t(`kinds:${node.type}.name`)}
            </Text>
          </Group>
          {what === 'changed' && <Fields changes={fieldChanges(old.get(node.id)?.data, node.data)} />}
        </List.Item>
      ))}
      {settings.map((name) => (
        <List.Item key={name}>
          <Group gap={6}>
            <Badge size="sm" variant="light" color="blue" tt="none">
              {t('builder:changes.setting')}
            </Badge>
          </Group>
          <Fields changes={fieldChanges({ [name]: setting(before, name) }, { [name]: setting(after, name) })} />
        </List.Item>
      ))}
    </List>
  );
}

const setting = (flow: Flow, name: string) => (flow.settings as Record<string, unknown> | undefined)?.[name] ?? null;

/** "Subject: old -> new", one a line. */
function Fields({ changes }: { changes: FieldChange[] }) {
  const { t, i18n } = useTranslation('fields');
  const named = (part: string) => (i18n.exists(`fields:${part}`) ? t(part as 'label') : part.replaceAll('_', ' '));
  return (
    <List size="xs" withPadding listStyleType="none">
      {changes.map(({ path, before, after }) => (
        <List.Item key={path.join()}>
          <Text span size="xs" fw={600}>
            {path.map(named).join(' › ')}
          </Text>
          {before !== null && after !== null && (
            <>
              {': '}
              <Text span size="xs" td="line-through" c="dimmed">
                {short(before) || t('nothing')}
              </Text>{' '}
              → {short(after) || t('nothing')}
            </>
          )}
        </List.Item>
      ))}
    </List>
  );
}

const short = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
