import { Alert, List } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/useFormat';
import type { Player } from './models';

/** What holdouts say was caused, beside what last touch claims. */
export function Caused({ players }: { players: Player[] }) {
  const { t } = useTranslation('analytics');
  const tested = players.filter(({ caused }) => caused !== null && caused !== undefined);
  if (tested.length === 0) return null;
  return (
    <Alert icon={<IconScale size={18} />} title={t('caused.title')} variant="light">
      <List size="sm" spacing="xs">
        {tested.map((player) => (
          <List.Item key={player.key}>
            <Verdict player={player} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Verdict({ player }: { player: Player }) {
  const { t } = useTranslation('analytics');
  const format = useFormat();
  const { caused, label } = player;
  if (!caused) return null;
  const round = (value: number) => format.number(Math.round(value));
  const said = {
    name: label,
    claimed: round(caused.claimed_by_last),
    caused: round(caused.conversions),
    low: round(caused.low),
    high: round(caused.high),
    heldOut: format.number(caused.held_out),
  };
  if (caused.overclaim === null) return <>{t('caused.unclear', said)}</>;
  const ratio = format.decimal(caused.overclaim);
  return <>{t(caused.overclaim > 1 ? 'caused.over' : 'caused.under', { ...said, ratio })}</>;
}
