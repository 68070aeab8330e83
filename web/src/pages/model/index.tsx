import { Anchor, Button, Grid, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { type Card, type Drift, intelligence, type Metrics, promote, rollBack } from '@/api/intelligence';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { Broken } from '@/ui/Broken';
import { Figure } from '@/ui/Figure';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { tell } from '@/ui/tell';
import { mayDrift } from '../models/figures';
import { useIntelligenceWords } from '../models/words';
import { Curve } from './Curve';
import { DriftTable } from './DriftTable';
import { Figures } from './Figures';
import { Importances } from './Importances';
import { Others } from './Others';

type Known = Schemas['ModelView'];

/** A model with its card: what it learned from, how right it was, what it goes by, what has moved since. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery(intelligence.model(id));
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/models" />;
  return <ModelCard model={found.data} />;
}

function ModelCard({ model }: { model: Known }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  const words = useIntelligenceWords();
  const card = model.card as Card;
  const curve = card.curve?.length ? card.curve : null;
  const title = t('card.title', { score: words.score(model.name), when: format.day(model.trained_at) });
  return (
    <Page title={title} actions={<Steer model={model} />}>
      <Stack gap="xl">
        <Origin model={model} card={card} />
        {model.kind === 'clusters' && (
          <Anchor component={Link} to="/clusters">
            {t('card.clusters')}
          </Anchor>
        )}
        {card.personal !== undefined && <Text>{t(card.personal ? 'card.ownHours' : 'card.noOwnHours')}</Text>}
        <Section title={t('card.figures')}>
          <Figures metrics={model.metrics as Metrics} card={card} />
        </Section>
        {(curve || card.importances) && (
          <Grid gap="xl">
            {curve && (
              <Grid.Col span={{ base: 12, md: 6 }}>
                <Section title={t('card.curve')} help={t('card.curveHelp')}>
                  <Curve points={curve} />
                </Section>
              </Grid.Col>
            )}
            {card.importances && (
              <Grid.Col span={{ base: 12, md: 6 }}>
                <Section title={t('card.importances')} help={t('card.importancesHelp')}>
                  <Importances weights={card.importances} />
                </Section>
              </Grid.Col>
            )}
          </Grid>
        )}
        {mayDrift(model.kind) && (
          <Section title={t('card.drift')}>
            <DriftTable drift={model.drift as Drift} />
          </Section>
        )}
        <Section title={t('card.others')}>
          <Others name={model.name} shown={model.id} />
        </Section>
      </Stack>
    </Page>
  );
}

function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {help && <p style={{ marginTop: 0, color: 'var(--mantine-color-dimmed)' }}>{help}</p>}
      {children}
    </section>
  );
}

function Origin({ model, card }: { model: Known; card: Card }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  const words = useIntelligenceWords();
  const { learned_from: learned, judged_on: judged } = card;
  const share = judged?.share;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>
      <Figure label={t('card.kind')} value={words.kind(model.kind)} note={words.state(model.state)} />
      {learned?.customers !== undefined && (
        <Figure
          label={t('card.learnedFrom')}
          value={t('card.learnedNote', { count: learned.customers, n: format.number(learned.customers) })}
          note={learned.moments && format.list(learned.moments.map((at) => format.day(at)))}
        />
      )}
      {judged?.customers !== undefined && (
        <Figure
          label={t('card.judgedOn')}
          value={t('card.learnedNote', { count: judged.customers, n: format.number(judged.customers) })}
          note={<Judged on={judged} />}
        />
      )}
      {share !== undefined && <Figure label={t('card.happened')} value={format.percent(share)} />}
    </SimpleGrid>
  );
}

/** When what the model was judged on happened, as far as the card says. */
function Judged({ on: { moment, days } }: { on: NonNullable<Card['judged_on']> }) {
  const { t } = useTranslation('intelligence');
  const format = useFormat();
  if (days === undefined) return null;
  if (moment === undefined) return t('card.judgedDays', { count: days });
  return t('card.judgedFrom', { count: days, when: format.day(moment) });
}

function Steer({ model }: { model: Known }) {
  const { t } = useTranslation('intelligence');
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('operator');
  const after = (message: string) => ({
    onSuccess: async (now: Known) => {
      await client.invalidateQueries({ queryKey: ['models'] });
      notifications.show({ message });
      void navigate(`/models/${now.id}`);
    },
    onError: tell,
  });
  const promoting = useMutation({ mutationFn: () => promote(model.id), ...after(t('card.promoted')) });
  const returning = useMutation({ mutationFn: () => rollBack(model.name), ...after(t('card.backed')) });
  const before = useQuery(intelligence.models(model.name)).data?.some(({ state }) => state === 'retired');
  if (!may || (model.state === 'champion' && !before)) return null;
  return (
    <Group>
      {model.state === 'champion' ? (
        <Button variant="default" loading={returning.isPending} onClick={() => returning.mutate()}>
          {t('card.back')}
        </Button>
      ) : (
        <Button title={t('card.promoteHelp')} loading={promoting.isPending} onClick={() => promoting.mutate()}>
          {t('card.promote')}
        </Button>
      )}
    </Group>
  );
}
