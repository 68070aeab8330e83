import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';

type Status = Schemas['CampaignStatusView'];

const COLOURS: Record<Status['kind'], string> = {
  draft: 'gray',
  ready: 'cyan',
  scheduled: 'blue',
  sending: 'indigo',
  active: 'teal',
  sent: 'green',
  paused: 'yellow',
  finishing: 'grape',
  ended: 'gray',
  failed: 'red',
};

/** What a campaign or broadcast is doing now, as the server says it. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation('campaigns');
  const { moment } = useFormat();
  const at = status.kind === 'scheduled' && status.at ? moment(status.at) : undefined;
  return (
    <Badge
      data-testid="status"
      data-status={status.kind}
      variant="dot"
      miw="max-content"
      color={COLOURS[status.kind]}
      tt="none"
      size="lg"
      fw={500}
      title={at}
    >
      {t(`status.${status.kind}`, { percent: status.percent ?? 0 })}
    </Badge>
  );
}
