import { Tooltip } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useReducer } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '@/lib/locale';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const AGAIN_MS = 5_000;

/** "3 hours ago", going on by itself, with the moment itself at a closer look. */
export function Since({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const [, again] = useReducer((times: number) => times + 1, 0);
  useInterval(again, AGAIN_MS, { autoInvoke: true });
  const language = localeOf(i18n.language);
  const moment = new Date(at);
  const seconds = (moment.getTime() - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
  return (
    <Tooltip label={moment.toLocaleString(language, { dateStyle: 'full', timeStyle: 'medium' })}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {words}
      </time>
    </Tooltip>
  );
}
