import { Notifications } from '@mantine/notifications';

/** Where what was done is told. */
export default function Notices() {
  return <Notifications position="bottom-right" />;
}
