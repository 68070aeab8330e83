import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hours ago", with the moment itself at a closer look. */
export function Since({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(at);
  const seconds = (moment.getTime() - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const words = new Intl.RelativeTimeFormat(i18n.language, { numeric: 'auto' }).format(
    Math.round(seconds / size),
    unit,
  );
  return (
    <Tooltip label={moment.toLocaleString(i18n.language, { dateStyle: 'full', timeStyle: 'medium' })}>
      <time dateTime={at}>{words}</time>
    </Tooltip>
  );
}
