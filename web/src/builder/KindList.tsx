import { Group, ScrollArea, Text, TextInput, ThemeIcon, UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowNode, NodeKind } from '@/api/types';
import { mayAdd } from './graph/legal';
import { ALL_KINDS, GROUPS, kindOf, kindsIn, titleOf } from './kinds';
import type { Group as KindGroupName, KindText } from './kinds/kind';
import { sayDuration, UNITS, type Unit } from './kinds/say';
import { type Planned, plan, unitReader } from './plan';
import { search } from './search';
import { useFlow } from './store';

type Props = {
  choose: (steps: Planned[]) => void;
  /** Goes to a step that is there already; without it, none are offered. */
  go?: (node: FlowNode) => void;
};

/** The kinds of nodes, to choose one: by mouse, by arrow keys, or by typing part of its name. */
export function KindList({ choose, go }: Props) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const flow = useFlow();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // At once: the first letters typed are already part of the search.
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const all = ALL_KINDS.filter((type) => mayAdd(flow, type));
  const items = all.map((type) => ({
    type,
    name: t(`kinds:${type}.name`),
    help: t(`kinds:${type}.help`),
    words: t(`kinds:words.${type}`),
  }));
  const shown = search(items, text).map(({ type }) => type);
  const steps =
    go && text.trim()
      ? search(
          flow.nodes.map((node) => ({ node, name: titleOf(node, t), help: '' })),
          text,
        )
      : [];
  const grouped = text.trim() === '' ? GROUPS : [];
  const units = Object.fromEntries(UNITS.map((unit) => [unit, t(`kinds:units.${unit}`)])) as Record<Unit, string>;
  const planned = plan(text, items, unitReader(units));
  const special = planned && (planned.length > 1 || planned[0]?.lasts) ? planned : null;
  const one = (type: NodeKind) => choose([{ type, lasts: null }]);
  const start = () => {
    if (special) choose(special);
    else if (shown[0]) one(shown[0]);
    else if (steps[0]) go?.(steps[0].node);
  };
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
          if (event.key === 'Enter') start();
        }}
      />
      <ScrollArea.Autosize mah="min(380px, 45dvh)">
        {special && (
          <UnstyledButton className="kind-button" type="button" onClick={() => choose(special)}>
            <Text size="sm" fw={500}>
              {special.map((each) => saidOf(each, t)).join(' → ')}
            </Text>
          </UnstyledButton>
        )}
        {grouped.map((group) => (
          <KindGroup key={group} group={group} shown={shown} choose={one} />
        ))}
        {grouped.length === 0 && shown.map((type) => <KindButton key={type} type={type} onClick={() => one(type)} />)}
        {grouped.length === 0 && shown.length === 0 && steps.length === 0 && !special && (
          <Text size="sm" c="dimmed" p={8} role="status">
            {t('builder:noStep')}
          </Text>
        )}
        {steps.length > 0 && <GroupTitle>{t('builder:stepsHere')}</GroupTitle>}
        {steps.map(({ node, name }) => (
          <UnstyledButton key={node.id} className="kind-button" onClick={() => go?.(node)}>
            <Text size="sm">{name}</Text>
          </UnstyledButton>
        ))}
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" px={8} pt={6}>
        {t('builder:severalSteps')}
      </Text>
    </div>
  );
}

const saidOf = ({ type, lasts }: Planned, t: KindText) =>
  lasts ? `${t(`kinds:${type}.name`)} ${sayDuration(lasts, t)}` : t(`kinds:${type}.name`);

type KindGroupProps = { group: KindGroupName; shown: NodeKind[]; choose: (type: NodeKind) => void };

function KindGroup({ group, shown, choose }: KindGroupProps) {
  const { t } = useTranslation('kinds');
  const kinds = kindsIn(group).filter((type) => shown.includes(type));
  if (kinds.length === 0) return null;
  return (
    <div>
      <GroupTitle>{t(`groups.${group}`)}</GroupTitle>
      {kinds.map((type) => (
        <KindButton key={type} type={type} onClick={() => choose(type)} />
      ))}
    </div>
  );
}

function GroupTitle({ children }: { children: string }) {
  return (
    <Text size="xs" fw={600} c="dimmed" px={8} pt={8} pb={2}>
      {children}
    </Text>
  );
}

type ButtonProps = { type: NodeKind; onClick: () => void };

function KindButton({ type, ...button }: ButtonProps) {
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
