import { IconCalendarRepeat, IconRocket, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Launch } from '@/api/home';

const ICONS = { schedule: IconCalendarRepeat, broadcast: IconSend, launch: IconRocket };

/** What begins a launch: a schedule, a broadcast, or a launch by hand. */
export function KindIcon({ kind }: { kind: Launch['kind'] }) {
  const { t } = useTranslation('home');
  const Icon = ICONS[kind];
  return <Icon size={15} stroke={1.6} style={{ flexShrink: 0 }} role="img" aria-label={t(`calendar.kinds.${kind}`)} />;
}
