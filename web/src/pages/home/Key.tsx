import { Group, Paper, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api/home';
import { useFormat } from '@/lib/useFormat';
import { type Change, relative } from './change';
import { Sparkline } from './Sparkline';

type Props = {
  label: string;
  value: string;
  note?: string;
  /** The same figure in the period before. */
  before: string;
  /** Null where it can't be compared. */
  change: Change | null;
  /** Whether the change is in percentage points. */
  points?: boolean;
  /** One for each day. */
  values: number[];
};

/** A figure of the period, how it moved, and its days. */
export function Key({ label, value, note, before, change, points = false, values }: Props) {
  const { t } = useTranslation('home');
  return (
    <Card label={label}>
      <Group justify="space-between" align="baseline" gap={4}>
        <Text fz={26} fw={650} lh={1.2} className="figures">
          {value}
        </Text>
        {note && (
          <Text size="xs" c="dimmed" className="figures" ta="right">
            {note}
          </Text>
        )}
      </Group>
      <Moved change={change} before={before} points={points} />
      <Sparkline label={t('perDay', { what: label })} values={values} />
    </Card>
  );
}

/** Revenue, each currency beside its own before. */
export function Earned({ now, before }: { now: Money[]; before: Money[] }) {
  const { t } = useTranslation('home');
  const { price } = useFormat();
  const earned = [...now, ...before].filter(({ amount }) => amount !== 0);
  const currencies = [...new Set(earned.map(({ currency }) => currency))];
  const of = (amounts: Money[], wanted: string | null) =>
    amounts.find(({ currency }) => currency === wanted)?.amount ?? 0;
  return (
    <Card label={t('revenue')}>
      {currencies.length === 0 && (
        <Text fz={26} fw={650} lh={1.2}>
          –
        </Text>
      )}
      {currencies.map((currency) => (
        <div key={currency ?? ''}>
          <Text fz={currencies.length > 1 ? 20 : 26} fw={650} lh={1.2} className="figures">
            {price(of(now, currency), currency)}
            {currency === null && (
              <Text span size="xs" c="dimmed">
                {' '}
                {t('noCurrency')}
              </Text>
            )}
          </Text>
          <Moved
            change={relative(of(now, currency), of(before, currency))}
            before={price(of(before, currency), currency)}
          />
        </div>
      ))}
    </Card>
  );
}

function Card({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Paper withBorder px="md" py="sm" component="section" aria-label={label}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {children}
    </Paper>
  );
}

const ARROWS = { up: IconArrowUpRight, down: IconArrowDownRight, same: IconMinus, fresh: IconMinus };
const COLOURS = { up: 'teal', down: 'orange', same: 'gray', fresh: 'gray' };

function Moved({ change, before, points = false }: { change: Change | null; before: string; points?: boolean }) {
  const { t } = useTranslation('home');
  const { percent, decimal } = useFormat();
  if (!change) return <Text size="xs">{'\u00a0'}</Text>;
  const Arrow = ARROWS[change.kind];
  const by = 'by' in change ? (points ? t('points', { by: decimal(change.by * 100) }) : percent(change.by)) : '';
  const colour = `var(--mantine-color-${COLOURS[change.kind]}-light-color)`;
  return (
    <Group gap={4} wrap="wrap">
      <Group gap={2} wrap="nowrap" style={{ color: colour }} aria-label={t(change.kind, { by })} role="img">
        <Arrow size={14} aria-hidden />
        <Text size="xs" fw={600} className="figures" aria-hidden>
          {by || t(change.kind)}
        </Text>
      </Group>
      {change.kind !== 'fresh' && change.kind !== 'same' && (
        <Text size="xs" c="dimmed" className="figures">
          {t('before', { value: before })}
        </Text>
      )}
    </Group>
  );
}
