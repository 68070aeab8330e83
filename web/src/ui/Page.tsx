import { Container, Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { title: string; actions?: ReactNode; children: ReactNode };

/** A page with its title, also in the browser's tab. */
export function Page({ title, actions, children }: Props) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · ${t('name')}`);
  return (
    <Container size="var(--page-width)" w="100%" p="md">
      <Group justify="space-between" mb="md">
        <Title order={1} size="h2">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Container>
  );
}
