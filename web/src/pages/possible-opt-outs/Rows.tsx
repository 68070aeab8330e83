import { Anchor, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Decision, PossibleOptOut } from '@/api/contact';
import { type Column, DataTable } from '@/ui/DataTable';
import { Since } from '@/ui/Since';

type Props = {
  items: PossibleOptOut[];
  everything: () => Promise<PossibleOptOut[]>;
  decide?: (choice: { id: string; decision: Decision }) => void;
  busy: boolean;
};

export function Rows({ items, everything, decide, busy }: Props) {
  const { t } = useTranslation('contacting');
  const deciding: Column<PossibleOptOut> = {
    key: 'decide',
    title: t('replies.decide'),
    untitled: true,
    right: true,
    show: ({ id, address }) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        {(['confirm', 'dismiss'] as const).map((decision) => (
          <Button
            key={decision}
            size="compact-sm"
            variant="default"
            disabled={busy}
            aria-label={t(`replies.${decision}One`, { address })}
            onClick={() => decide?.({ id, decision })}
          >
            {t(`replies.${decision}`)}
          </Button>
        ))}
      </Group>
    ),
  };
  return (
    <DataTable
      label={t('replies.title')}
      rows={items}
      rowKey={({ id }) => id}
      minWidth={560}
      everything={everything}
      columns={[
        {
          key: 'text',
          title: t('replies.text'),
          show: ({ text }) => <Text style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{text}</Text>,
          csv: ({ text }) => text,
        },
        {
          key: 'address',
          title: t('replies.address'),
          show: ({ address, customer_id }) =>
            customer_id ? (
              <Anchor component={Link} to={`/customers/${customer_id}`} size="sm">
                {address}
              </Anchor>
            ) : (
              <Text size="sm">{t('replies.nobody', { address })}</Text>
            ),
          csv: ({ address }) => address,
        },
        {
          key: 'at',
          title: t('replies.at'),
          show: ({ received_at }) => <Since at={received_at} />,
          csv: ({ received_at }) => received_at,
          wide: true,
        },
        ...(decide
          ? [deciding]
          : [
              {
                key: 'by',
                title: t('replies.by'),
                show: ({ decided_by }: PossibleOptOut) => decided_by ?? '',
                csv: ({ decided_by }: PossibleOptOut) => decided_by ?? '',
                wide: true,
              },
            ]),
      ]}
    />
  );
}
