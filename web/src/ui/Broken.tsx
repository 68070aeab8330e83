import { Alert, Button, Container, Group } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
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
  '/promotions': 'nav.promotions',
} as const;

type Back = keyof typeof WAYS_BACK;
const thingsOf = (back: Back) => back.slice(1) as 'imports';
/** The address names a thing as nothing is ever named: it is not there. */
const isAboutPath = ({ errors }: ApiError) =>
  errors.length > 0 && errors.every(({ path }) => path.startsWith('/path/'));

type Props = { query: { error: Error; refetch: () => unknown }; back: Back };

/** A page whose thing can't be shown: what went wrong, and where to go instead. */
export function Broken({ query: { error, refetch }, back }: Props) {
  const { t } = useTranslation();
  const [id] = Object.values(useParams());
  const never = error instanceof ApiError && error.status === 422 && isAboutPath(error);
  const gone = never || (error instanceof ApiError && error.status === 404);
  const title = t(gone ? 'problem.missing' : 'problem.title');
  useDocumentTitle(`${title} · ${t('name')}`);
  return (
    <Container size="sm" w="100%" py="xl">
      <h1 className="visually-hidden">{title}</h1>
      {never ? (
        <Alert color="red" icon={<IconAlertTriangle />} title={title} m="md" role="alert">
          {t(`problem.noSuch.${thingsOf(back)}`, { id })}
        </Alert>
      ) : (
        <Problem error={error} retry={gone ? undefined : refetch} />
      )}
      <Group px="md">
        <Button component={Link} to={back} variant="default">
          {t('problem.backTo', { place: t(WAYS_BACK[back]) })}
        </Button>
      </Group>
    </Container>
  );
}
