import { Alert, Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { Content, Schemas } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';
import { isUnfinished, type StarterKey } from '../../content/starter';
import { titleOf } from '../../kinds';
import { useFlow } from '../../store';
import { NoConsent, OptOut } from './NoConsent';

type Review = Schemas['ReviewView'];

/** What a launch of the draft would come to now; nothing for campaigns that customers enter one by one. */
export function useReview(slug: string, revision: number, enabled: boolean) {
  return useQuery({ ...campaigns.review(slug, revision), enabled });
}

/** Who gets it, who does not and why, whom a template fails for, how long it takes. */
export function Reviewed({ query, marketing }: { query: ReturnType<typeof useReview>; marketing: boolean }) {
  const { t, i18n } = useTranslation('builder');
  const { price } = useFormat();
  const review = query.data;
  if (query.error) return <Problem error={query.error} retry={() => query.refetch()} />;
  if (!review) return <Skeleton height={110} aria-label={t('review.title')} />;
  if (review.audience === null) return null;
  const number = (value: number) => value.toLocaleString(i18n.language);
  const all = review.checked === review.audience;
  const facts = [
    { label: t('review.audience'), value: number(review.audience), id: 'audience' },
    ...(review.kept_out > 0 ? [{ label: t('review.keptOut'), value: number(review.kept_out), id: 'kept-out' }] : []),
    ...(review.unreachable > 0
      ? [{ label: t('review.unreachable'), value: number(review.unreachable), id: 'unreachable' }]
      : []),
    ...(review.cost
      ? [{ label: t('review.cost'), value: price(review.cost.amount, review.cost.currency), id: 'cost' }]
      : []),
    ...(review.seconds !== null ? [{ label: t('review.takes'), value: lasting(review.seconds, t), id: 'takes' }] : []),
  ];
  return (
    <Stack component="section" gap="sm" aria-label={t('review.title')}>
      <Title order={3} size="h5">
        {t('review.title')}
      </Title>
      <SimpleGrid cols={{ base: 2, sm: facts.length }} spacing="sm">
        {facts.map(({ label, value, id }) => (
          <Paper key={id} withBorder p="xs" data-testid={`review-${id}`}>
            <Text size="xl" fw={650} className="figures">
              {value}
            </Text>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      {!all && (
        <Text size="xs" c="dimmed">
          {t('review.sampled', { checked: number(review.checked) })}
        </Text>
      )}
      <NoConsent review={review} />
      <OptOut review={review} marketing={marketing} />
      <Channels review={review} />
      <Failures review={review} />
      <Unfinished />
    </Stack>
  );
}

function Channels({ review }: { review: Review }) {
  const { t, i18n } = useTranslation(['builder', 'app']);
  return (
    <Stack gap={6}>
      {review.channels.map(({ channel, reachable, blocked, delayed, delayed_until: until }) => (
        <div key={channel} data-testid={`review-channel-${channel}`}>
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={500}>
              {t(`app:channel.${channel}`)}
            </Text>
            <Text size="sm" className="figures">
              {t('builder:review.reachable', {
                reachable: reachable.toLocaleString(i18n.language),
                checked: review.checked.toLocaleString(i18n.language),
              })}
            </Text>
          </Group>
          <Progress
            size="sm"
            aria-label={t(`app:channel.${channel}`)}
            value={review.checked > 0 ? (100 * reachable) / review.checked : 0}
          />
          <Reasons what="builder:review.blocked" reasons={blocked} />
          <Reasons what="builder:review.delayed" reasons={delayed} until={until} />
        </div>
      ))}
    </Stack>
  );
}

type ReasonsProps = {
  what: 'builder:review.blocked' | 'builder:review.delayed';
  reasons: Record<string, number>;
  until?: string | null;
};

/** Why some are not reached, or are reached later: each reason with how many. */
function Reasons({ what, reasons, until }: ReasonsProps) {
  const { t } = useTranslation(['builder', 'monitor']);
  const { moment, number } = useFormat();
  const found = Object.entries(reasons);
  if (found.length === 0) return null;
  const said = found.map(([reason, count]) => `${t(`monitor:block_reason.${reason as 'consent'}`)} ${number(count)}`);
  return (
    <Text size="xs" c="dimmed">
      {t(what, { reasons: said.join(' · ') })}
      {until && ` ${t('builder:review.until', { moment: moment(until) })}`}
    </Text>
  );
}

function Failures({ review }: { review: Review }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const flow = useFlow();
  if (review.failing === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle />}
      title={t('builder:review.failing', { count: review.failing, of: review.checked })}
      data-testid="review-failures"
    >
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {review.failures.map(({ node_id, reason, customers, examples }) => {
          const node = flow.nodes.find((each) => each.id === node_id);
          return (
            <li key={node_id + reason}>
              <Text size="sm">
                {t('builder:review.failure', { name: node ? titleOf(node, t) : node_id, reason, count: customers })}{' '}
                <Text span size="xs" c="dimmed">
                  {examples.join(', ')}
                </Text>
              </Text>
            </li>
          );
        })}
      </ul>
    </Alert>
  );
}

/** The steps that would send the text a new message begins with. */
function Unfinished() {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const flow = useFlow();
  const say = (key: StarterKey) => t(`builder:starter.${key}`);
  const steps = flow.nodes.filter(
    (node) => 'content' in node.data && node.data.content && isUnfinished(node.data.content as Content, say),
  );
  if (steps.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle />}
      title={t('builder:review.unfinished', { count: steps.length })}
      data-testid="review-unfinished"
    >
      <Text size="sm">{steps.map((node) => titleOf(node, t)).join(', ')}</Text>
    </Alert>
  );
}

type Translate = ReturnType<typeof useTranslation<'builder'>>['t'];

/** How long, in the largest unit that says it. */
function lasting(seconds: number, t: Translate): string {
  if (seconds < 60) return t('review.underMinute');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120
    ? t('review.minutes', { count: minutes })
    : t('review.hours', { count: Math.ceil(minutes / 60) });
}
