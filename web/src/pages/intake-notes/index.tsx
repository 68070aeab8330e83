import { Badge, Button, Code, Modal, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useSay } from '@/lib/sentences';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Since } from '@/ui/Since';

type Note = Schemas['IntakeNoteView'];
const SOURCES = ['segment', 'mixpanel', 'ga4', 'kafka'];
const OUTCOMES = ['rejected', 'noted'] as const;

/** Events that were rejected, or taken but for a part: by day, source and reason. */
export function Component() {
  const { t } = useTranslation('intake');
  const may = useMay('operator');
  const [params, setParams] = useSearchParams();
  const [shown, show] = useState<Note | null>(null);
  const wanted = {
    source: params.get('source') ?? undefined,
    outcome: OUTCOMES.find((each) => each === params.get('outcome')),
  };
  const pages = usePages(
    ['intake-notes', wanted],
    (page) => take(api.GET('/intake-notes', { params: { query: { ...page, ...wanted } } })),
    { enabled: may },
  );
  function put(name: string, value: string | null) {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  }
  if (!may) return <Empty alone icon={IconLock} title={t('refused')} />;
  return (
    <Page title={t('title')}>
      <Stack>
        <Text c="dimmed" maw={720}>
          {t('help')}
        </Text>
        <SimpleGrid cols={2} maw={520}>
          <Select
            label={t('source')}
            clearable
            placeholder={t('any')}
            data={SOURCES}
            value={params.get('source')}
            onChange={(value) => put('source', value)}
          />
          <Select
            label={t('outcome')}
            clearable
            placeholder={t('any')}
            data={OUTCOMES.map((each) => ({ value: each, label: t(`outcomes.${each}`) }))}
            value={params.get('outcome')}
            onChange={(value) => put('outcome', value)}
          />
        </SimpleGrid>
        <Listing pages={pages} empty={<Empty icon={IconCircleCheck} title={t('empty')} help={t('emptyHelp')} />}>
          <Rows notes={pages.items} everything={pages.everything} show={show} />
        </Listing>
      </Stack>
      {shown && <Examples note={shown} close={() => show(null)} />}
    </Page>
  );
}

type RowsProps = { notes: Note[]; everything: () => Promise<Note[]>; show: (note: Note) => void };

function Rows({ notes, everything, show }: RowsProps) {
  const { t } = useTranslation('intake');
  const say = useSay();
  return (
    <DataTable
      label={t('title')}
      rows={notes}
      rowKey={({ day, source, outcome, reason }) => [day, source, outcome, reason].join(' ')}
      minWidth={640}
      everything={everything}
      columns={[
        { key: 'day', title: t('day'), show: ({ day }) => day, csv: ({ day }) => day },
        { key: 'source', title: t('source'), show: ({ source }) => source, csv: ({ source }) => source },
        {
          key: 'outcome',
          title: t('outcome'),
          show: ({ outcome }) => (
            <Badge variant="light" tt="none" color={outcome === 'rejected' ? 'red' : 'yellow'}>
              {t(`outcomes.${outcome}`)}
            </Badge>
          ),
          csv: ({ outcome }) => outcome,
        },
        {
          key: 'reason',
          title: t('reason'),
          show: ({ reason, said }) => say(reason, said),
          csv: ({ reason, said }) => say(reason, said),
        },
        { key: 'count', title: t('count'), right: true, show: ({ count }) => count, csv: ({ count }) => count },
        {
          key: 'examples',
          title: t('examples'),
          untitled: true,
          right: true,
          show: (note) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => show(note)}
              aria-label={t('examplesOf', { reason: say(note.reason, note.said) })}
            >
              {t('examples')}
            </Button>
          ),
        },
      ]}
    />
  );
}

function Examples({ note, close }: { note: Note; close: () => void }) {
  const { t } = useTranslation('intake');
  const say = useSay();
  return (
    <Modal opened onClose={close} title={t('examples')} size="lg">
      <Stack>
        {note.examples.length === 0 && <Text c="dimmed">{t('noExample')}</Text>}
        {note.examples.map((example) => (
          <div key={`${example.at} ${example.item}`}>
            <Text size="sm">
              <Since at={example.at} />: {say(example.reason, example.said)}
            </Text>
            <Code block tabIndex={0}>
              {example.item}
            </Code>
          </div>
        ))}
      </Stack>
    </Modal>
  );
}
