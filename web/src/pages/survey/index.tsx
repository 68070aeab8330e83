import { Badge, Group, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMay } from '@/api/me';
import { type Survey, surveys } from '@/api/surveys';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Actions } from './Actions';
import { Questions } from './Questions';
import { Results } from './Results';
import { Themes } from './Themes';
import { Verbatims } from './Verbatims';

/** One survey: what was answered, what it is about, in customers' own words, and what is asked. */
export function Component() {
  const { t } = useTranslation('surveys');
  const { id = '' } = useParams();
  const survey = useQuery(surveys.one(id));
  if (survey.error)
    return (
      <Page title={t('title')}>
        <Problem error={survey.error} retry={() => survey.refetch()} />
      </Page>
    );
  return survey.data ? <Loaded survey={survey.data} /> : <Loading />;
}

function Loaded({ survey }: { survey: Survey }) {
  const { t } = useTranslation('surveys');
  const reads = useMay('operator');
  const results = useQuery(surveys.results(survey.id, null));
  return (
    <Page title={survey.name} actions={<Actions survey={survey} />}>
      <Stack>
        <Group gap="xs">
          <Badge variant="light">{t(`states.${survey.state}`)}</Badge>
          <Text size="sm" c="dimmed">
            {t('inTemplates', { token: `{{ survey.${survey.key} }}`, wave: survey.wave })}
          </Text>
        </Group>
        {results.error && <Problem error={results.error} retry={() => results.refetch()} />}
        <Tabs defaultValue="results" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="results">{t('tabs.results')}</Tabs.Tab>
            <Tabs.Tab value="themes">{t('tabs.themes')}</Tabs.Tab>
            {reads && <Tabs.Tab value="words">{t('tabs.words')}</Tabs.Tab>}
            <Tabs.Tab value="questions">{t('tabs.questions')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="results" pt="md">
            {results.data ? <Results survey={survey} results={results.data} /> : <Loading />}
          </Tabs.Panel>
          <Tabs.Panel value="themes" pt="md">
            {results.data ? <Themes survey={survey} themes={results.data.themes} /> : <Loading />}
          </Tabs.Panel>
          <Tabs.Panel value="words" pt="md">
            <Verbatims survey={survey} themes={results.data?.themes ?? []} />
          </Tabs.Panel>
          <Tabs.Panel value="questions" pt="md">
            <Questions key={survey.revision} survey={survey} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}
