import { Button, Grid, Paper, Stack } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FunnelQuestion, reports } from '@/api/reports';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Answer } from './Answer';
import { type Draft, FIRST, questionOf } from './question';
import { Settings } from './Settings';
import { Steps } from './Steps';

/** How many customers take each of some steps, and where the others stop. */
export function Component() {
  const { t } = useTranslation('analytics');
  const [draft, setDraft] = useState<Draft>(FIRST);
  const [asked, setAsked] = useState<FunnelQuestion | null>(() => questionOf(FIRST));
  const question = questionOf(draft);
  return (
    <Page title={t('funnels')}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Paper withBorder p="md">
            <Stack>
              <Steps steps={draft.steps} onChange={(steps) => setDraft({ ...draft, steps })} />
              <Settings draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
              <Button disabled={!question} onClick={() => setAsked(question)}>
                {t('show')}
              </Button>
            </Stack>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>{asked && <Found question={asked} />}</Grid.Col>
      </Grid>
    </Page>
  );
}

function Found({ question }: { question: FunnelQuestion }) {
  const { t } = useTranslation('analytics');
  const found = useQuery(reports.funnel(question));
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Problem error={found.error} retry={() => found.refetch()} />;
  if (found.data.whole[0]?.reached === 0)
    return <Empty icon={IconFilterOff} title={t('nobody')} help={t('nobodyHelp')} />;
  return <Answer question={question} answer={found.data} />;
}
