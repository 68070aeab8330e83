import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator, PropertyTest } from '@/api/types';
import { useKnownNames } from '../names';
import { useNodes } from '../store';
import { Suggest } from './Suggest';
import { LISTS, UNARY, ValueField, valueFor } from './ValueField';
import type { Value } from './values';

const OPERATORS: Operator[] = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'starts_with',
  ...UNARY,
];

type Props = {
  event: string | null;
  value: PropertyTest[];
  /** Inside a journey, the codes that it gives can be asked for. */
  inJourney?: boolean;
  onChange: (value: PropertyTest[]) => void;
};

/** The property of an order that says which code was redeemed. */
const COUPON = 'coupon';

/** Tests of an event's properties, all of which must hold. */
export function PropertyTests({ event, value, inJourney = false, onChange }: Props) {
  const { t } = useTranslation('conditions');
  const known = useKnownNames().properties[event ?? ''] ?? [];
  const codes = useCoupons(inJourney);
  const [fresh, setFresh] = useState(-1);
  const put = (index: number, test: PropertyTest) => onChange(value.map((each, at) => (at === index ? test : each)));
  return (
    <Stack gap={6}>
      {value.map((test, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and none is moved
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <Suggest
            autoFocus={index === fresh}
            size="xs"
            aria-label={t('property')}
            placeholder={t('property')}
            data={known}
            value={test.property}
            onChange={(property) => put(index, { ...test, property })}
            miw={90}
          />
          <Select
            size="xs"
            aria-label={t('comparison')}
            data={OPERATORS.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
            value={test.op}
            onChange={(next) => {
              const op = (next ?? 'eq') as PropertyTest['op'];
              put(index, { ...test, op, value: valueFor(op, test.value) });
            }}
            miw={96}
          />
          {isCoupon(test.value) ? (
            <Select
              size="xs"
              aria-label={t('value')}
              data={[...new Set([...codes, prefixOf(test.value)])].map((prefix) => ({
                value: prefix,
                label: t('couponOf', { prefix }),
              }))}
              value={prefixOf(test.value)}
              onChange={(prefix) => prefix && put(index, { ...test, value: { ref: `coupon.${prefix}` } })}
              miw={150}
            />
          ) : (
            <ValueField
              op={test.op}
              value={test.value}
              of={event ? { event, property: test.property } : undefined}
              onChange={(next) => put(index, { ...test, value: next })}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            aria-label={t('removeTest')}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Group gap={4}>
        <Add
          label={t('addTest')}
          add={() => {
            setFresh(value.length);
            onChange([...value, { property: known[0] ?? 'property', op: 'eq', value: '' }]);
          }}
        />
        {codes.map((prefix) => (
          <Add
            key={prefix}
            label={t('withCoupon', { prefix })}
            add={() => onChange([...value, { property: COUPON, op: 'eq', value: { ref: `coupon.${prefix}` } }])}
          />
        ))}
      </Group>
    </Stack>
  );
}

function Add({ label, add }: { label: string; add: () => void }) {
  return (
    <Button size="compact-xs" variant="subtle" w="fit-content" leftSection={<IconPlus size={12} />} onClick={add}>
      {label}
    </Button>
  );
}

/** Prefixes of the codes that this campaign gives, each once. */
function useCoupons(inJourney: boolean): string[] {
  const nodes = useNodes();
  return inJourney ? [...new Set(nodes.flatMap((node) => (node.type === 'coupon' ? [node.data.prefix] : [])))] : [];
}

type CouponRef = { ref: string };

function isCoupon(value: Value): value is CouponRef {
  return typeof value === 'object' && value !== null && 'ref' in value && value.ref.startsWith('coupon.');
}

const prefixOf = ({ ref }: CouponRef) => ref.slice('coupon.'.length);

export { LISTS, OPERATORS };
