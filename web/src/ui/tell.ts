import { notifications } from '@mantine/notifications';

/** What went wrong with something that has no place of its own on the page. */
export const tell = (error: Error) => notifications.show({ color: 'red', message: error.message });
