import { Group, ScrollArea, Text, TextInput, ThemeIcon, UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeKind } from '@/api/types';
import { mayAdd } from './graph/legal';
import { ALL_KINDS, kindOf } from './kinds';
import { search } from './search';
import { useFlow } from './store';

/** The kinds of nodes, to choose one: by mouse, by arrow keys, or by typing part of its name. */
export function KindList({ choose }: { choose: (type: NodeKind) => void }) {
  const { t } = useTranslation(['kinds', 'builder']);
  const flow = useFlow();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // At once: the first letters typed are already part of the search.
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const all = ALL_KINDS.filter((type) => mayAdd(flow, type));
  const items = all.map((type) => ({ type, name: t(`kinds:${type}.name`), help: t(`kinds:${type}.help`) }));
  const shown = search(items, text).map(({ type }) => type);
  return (
    <div className="kind-list">
      <TextInput
        size="xs"
        mb={6}
        ref={field}
        data-autofocus
        aria-label={t('builder:findKind')}
        placeholder={t('builder:findKind')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && shown[0]) choose(shown[0]);
        }}
      />
      <ScrollArea.Autosize mah={320}>
        {shown.map((type) => (
          <KindButton key={type} type={type} onClick={() => choose(type)} />
        ))}
      </ScrollArea.Autosize>
    </div>
  );
}

type ButtonProps = { type: NodeKind; onClick: () => void } & Pick<
  React.ComponentProps<'button'>,
  'draggable' | 'onDragStart' | 'disabled'
>;

export function KindButton({ type, ...button }: ButtonProps) {
  const { t } = useTranslation('kinds');
  const { icon: Icon, colour } = kindOf(type);
  return (
    <UnstyledButton className="kind-button" type="button" {...button}>
      <Group gap={8} wrap="nowrap">
        <ThemeIcon variant="light" color={colour} size={30}>
          <Icon size={18} stroke={1.6} />
        </ThemeIcon>
        <div>
          <Text size="sm" fw={500} lh={1.2}>
            {t(`${type}.name`)}
          </Text>
          <Text size="xs" c="dimmed" lh={1.25}>
            {t(`${type}.help`)}
          </Text>
        </div>
      </Group>
    </UnstyledButton>
  );
}
