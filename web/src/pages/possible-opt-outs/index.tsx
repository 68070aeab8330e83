import { SegmentedControl, Stack, Text } from '@mantine/core';
import { IconMessageCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { type Decision, decideOptOut } from '@/api/contact';
import { useMay } from '@/api/me';
import { usePages } from '@/api/usePages';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Rows } from './Rows';

const STATES = ['open', 'opted_out', 'dismissed'] as const;

/** Replies that may ask to stop: a person reads them and decides. */
export function Component() {
  const { t } = useTranslation('contacting');
  const [params, setParams] = useSearchParams();
  const client = useQueryClient();
  const may = useMay('marketer');
  const state = STATES.find((each) => each === params.get('state')) ?? 'open';
  const pages = usePages(['possible-opt-outs', state], (page) =>
    take(api.GET('/possible-opt-outs', { params: { query: { ...page, state } } })),
  );
  const deciding = useMutation({
    mutationFn: ({ id, decision }: { id: string; decision: Decision }) => decideOptOut(id, decision),
    // also when somebody else was faster: the list then shows what they decided
    onSettled: () =>
      Promise.all(
        ['possible-opt-outs', 'status', 'suppressions'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
  return (
    <Page title={t('replies.title')}>
      <Stack>
        <Text c="dimmed" maw={720}>
          {t('replies.help')}
        </Text>
        <SegmentedControl
          aria-label={t('replies.state')}
          data={STATES.map((each) => ({ value: each, label: t(`replies.states.${each}`) }))}
          value={state}
          onChange={(next) => setParams({ state: next }, { replace: true })}
          style={{ alignSelf: 'flex-start' }}
        />
        {deciding.error && <Problem error={deciding.error} />}
        <Listing
          pages={pages}
          empty={<Empty icon={IconMessageCheck} title={t(`replies.empty.${state}`)} help={t('replies.emptyHelp')} />}
        >
          <Rows
            items={pages.items}
            everything={pages.everything}
            decide={may && state === 'open' ? deciding.mutate : undefined}
            busy={deciding.isPending}
          />
        </Listing>
      </Stack>
    </Page>
  );
}
