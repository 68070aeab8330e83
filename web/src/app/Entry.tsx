import { Badge, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { NavLink as RouterLink, useLocation } from 'react-router';
import { useStatus } from '@/api/status';
import type { NavigationItem } from './navigation';

type Props = { item: NavigationItem; onChoose: () => void };

/** One line of the menu: a page, or several that belong together. */
export function Entry({ item, onChoose }: Props) {
  return item.parts ? <Several item={item} onChoose={onChoose} /> : <One item={item} onChoose={onChoose} />;
}

function One({ item: { to, text, icon: Icon, waiting }, onChoose }: Props) {
  const { t } = useTranslation();
  const status = useStatus().data;
  const count = status && waiting ? waiting(status) : 0;
  const { pathname } = useLocation();
  return (
    <NavLink
      component={RouterLink}
      to={to}
      label={t(text)}
      leftSection={<Icon size={18} stroke={1.6} />}
      rightSection={
        count > 0 && (
          <Badge size="sm" circle={count < 10} aria-label={t('nav.waiting', { count })}>
            {count}
          </Badge>
        )
      }
      active={pathname === to || (to !== '/' && pathname.startsWith(`${to}/`))}
      onClick={onChoose}
    />
  );
}

function Several({ item: { text, icon: Icon, parts }, onChoose }: Props) {
  const { t } = useTranslation();
  const [opened, group] = useDisclosure(true);
  return (
    <NavLink
      component="button"
      type="button"
      label={t(text)}
      leftSection={<Icon size={18} stroke={1.6} />}
      opened={opened}
      aria-expanded={opened}
      onClick={group.toggle}
      childrenOffset={14}
    >
      {parts?.map((part) => (
        <One key={part.to} item={part} onChoose={onChoose} />
      ))}
    </NavLink>
  );
}
