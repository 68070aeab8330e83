import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useMatch } from 'react-router';
import { allows, useMe } from '@/api/me';
import { Loading } from '@/ui/Loading';
import { Logo } from '@/ui/Logo';
import { AccountMenu } from './AccountMenu';
import { Entry } from './Entry';
import { NAVIGATION } from './navigation';
import { Troubles } from './Troubles';
import { Unreachable } from './Unreachable';

/** Header, menu and the page. */
export function Shell() {
  const { t } = useTranslation();
  const [opened, menu] = useDisclosure();
  const me = useMe().data;
  const entries = NAVIGATION.filter(
    ({ role, where }) => me && (!role || allows(me.role, role)) && (!where || where(me)),
  );
  const drawing = useMatch('/campaigns/:slug/edit') !== null;
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened, desktop: drawing && !opened } }}
      padding={0}
    >
      <a className="skip-link" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={menu.toggle}
              hiddenFrom={drawing ? undefined : 'sm'}
              size="sm"
              aria-label={t('nav.open')}
            />
            <Logo />
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('nav.label')}>
        <ScrollArea>
          {entries.map((item) => (
            <Entry key={item.text} item={item} onChoose={menu.close} />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ display: 'flex', flexDirection: 'column', outline: 'none' }}>
        <Unreachable />
        <Troubles />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}
