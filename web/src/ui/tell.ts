import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { ApiError } from '@/api/client';
import { problemTitle } from './problemTitle';

/** What went wrong with something that has no place of its own on the page. */
export const tell = (error: Error) =>
  notifications.show({ color: 'red', title: problemTitle(error), message: details(error) });

function details(error: Error): string {
  const offline = error instanceof ApiError && error.status === 0;
  return offline ? i18next.t('problem.offlineHelp') : error.message;
}
