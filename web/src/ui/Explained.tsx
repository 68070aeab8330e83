import { Group, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';

/** A condition answered for one customer, part by part. */
export function Explained({ part, depth = 0 }: { part: Schemas['Explanation']; depth?: number }) {
  const { t } = useTranslation();
  const say = useSay();
  const Icon = part.holds ? IconCircleCheck : IconCircleX;
  return (
    <div style={{ marginInlineStart: depth ? 20 : 0 }}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Icon
          size={18}
          color={`var(--mantine-color-${part.holds ? 'teal' : 'red'}-6)`}
          role="img"
          aria-label={t(part.holds ? 'holds' : 'fails')}
          style={{ flexShrink: 0, marginTop: 2 }}
        />
        <Text size="sm">
          {say(part.words, part.said)}
          {part.found && (
            <Text span size="sm" c="dimmed">
              {' '}
              ({say(part.found, part.found_said)})
            </Text>
          )}
        </Text>
      </Group>
      {part.parts.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts may say the same; their order stays
        <Explained key={`${index} ${each.words}`} part={each} depth={depth + 1} />
      ))}
    </div>
  );
}
