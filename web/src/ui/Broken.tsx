import { Button, Container, Group } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '@/api/client';
import { Problem } from './Problem';

const WAYS_BACK = {
  '/campaigns': 'nav.campaigns',
  '/broadcasts': 'nav.broadcasts',
  '/customers': 'nav.customers',
  '/segments': 'nav.segments',
  '/templates': 'nav.templates',
  '/messages': 'nav.messages',
  '/imports': 'nav.imports',
  '/models': 'nav.models',
} as const;

type Props = { query: { error: Error; refetch: () => unknown }; back: keyof typeof WAYS_BACK };

/** A page whose thing can't be shown: what went wrong, and where to go instead. */
export function Broken({ query: { error, refetch }, back }: Props) {
  const { t } = useTranslation();
  const gone = error instanceof ApiError && error.status === 404;
  const title = t(gone ? 'problem.missing' : 'problem.title');
  useDocumentTitle(`${title} · ${t('name')}`);
  return (
    <Container size="sm" w="100%" py="xl">
      <h1 className="visually-hidden">{title}</h1>
      <Problem error={error} retry={gone ? undefined : refetch} />
      <Group px="md">
        <Button component={Link} to={back} variant="default">
          {t('problem.backTo', { place: t(WAYS_BACK[back]) })}
        </Button>
      </Group>
    </Container>
  );
}
