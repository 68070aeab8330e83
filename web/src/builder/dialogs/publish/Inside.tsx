import { Alert, Group, Radio, Select, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns, type NodeMapping } from '@/api/campaigns';
import type { Flow, Schemas } from '@/api/types';
import { CsvButton } from '@/ui/CsvButton';
import { Loading } from '@/ui/Loading';
import { Problem } from '@/ui/Problem';
import { titleOf } from '../../kinds';

type Outlook = Schemas['MigrationPreviewView'];

/** What happens to those inside: null while they stay on the version they began with. */
export type Move = NodeMapping | null;

type Props = {
  slug: string;
  /** The version that they would move to: one that is published, or the draft saved as `revision`. */
  to: number | 'draft';
  revision: number;
  /** What `to` holds. */
  flow: Flow;
  move: Move;
  setMove: (move: Move) => void;
};

/** Who stands where in other versions, and what becomes of them: they stay there, or move. */
export function Inside({ slug, to, revision, flow, move, setMove }: Props) {
  const { t } = useTranslation('builder');
  const words = useOutlookWords(flow);
  const plan = useQuery({
    ...campaigns.movePlan(slug, to, move ?? {}, revision),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  if (plan.error) return <Problem error={plan.error} retry={() => plan.refetch()} />;
  if (!plan.data) return <Loading />;
  if (plan.data.journeys === 0) {
    return to === 'draft' ? <Alert color="gray" title={t('publish.inside', { count: 0 })} /> : null;
  }
  const moving = move !== null;
  return (
    <Stack component="section" gap="sm" aria-label={t('publish.insideTitle')}>
      <Radio.Group
        label={t(to === 'draft' ? 'publish.inside' : 'publish.elsewhere', { count: plan.data.journeys })}
        description={t('publish.insideHelp')}
        value={moving ? 'move' : 'stay'}
        onChange={(how) => setMove(how === 'move' ? {} : null)}
      >
        <Stack gap="xs" mt="xs">
          {(['stay', 'move'] as const).map((how) => (
            <Radio key={how} value={how} label={t(`publish.${how}`)} description={t(`publish.${how}Help`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label={t('publish.insideTitle')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('publish.standsAt')}</Table.Th>
              <Table.Th ta="end">{t('publish.customers')}</Table.Th>
              <Table.Th>{t('publish.then')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.data.nodes.map((outlook) => (
              <Row
                key={`${outlook.version} ${outlook.node_id}`}
                outlook={outlook}
                flow={flow}
                move={move}
                setMove={setMove}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end">
        <CsvButton<Outlook>
          label={t('publish.insideTitle')}
          rows={() => plan.data.nodes}
          columns={[
            { title: t('publish.standsAt'), csv: words.name },
            { title: t('publish.version'), csv: (outlook) => outlook.version },
            { title: t('publish.customers'), csv: (outlook) => outlook.journeys },
            { title: t('publish.then'), csv: (outlook) => words.fate(outlook, moving) },
          ]}
        />
      </Group>
    </Stack>
  );
}

type RowProps = { outlook: Outlook; flow: Flow; move: Move; setMove: (move: Move) => void };

function Row({ outlook, flow, move, setMove }: RowProps) {
  const { t } = useTranslation('builder');
  const { version, node_id: id, journeys } = outlook;
  const words = useOutlookWords(flow);
  const name = words.name(outlook);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {t('versions.number', { number: version })}
        </Text>
      </Table.Td>
      <Table.Td ta="end">{journeys}</Table.Td>
      <Table.Td>
        {move === null ? (
          <Text size="sm">{words.fate(outlook, false)}</Text>
        ) : (
          <Stack gap={4}>
            <Fate outlook={outlook} flow={flow} />
            {id !== null && <StandsFor id={id} name={name} flow={flow} move={move} setMove={setMove} />}
          </Stack>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Where they stand and what becomes of them, in words. */
function useOutlookWords(flow: Flow) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const titled = (id: string | null) => {
    const node = flow.nodes.find((each) => each.id === id);
    return node && titleOf(node, t);
  };
  return {
    name: ({ node_id: id, label }: Outlook) => titled(id) || label || id || t('builder:publish.notBegun'),
    fate: ({ becomes, to_node: to, version }: Outlook, moving: boolean) =>
      moving
        ? t(`builder:publish.fates.${becomes}`, { name: titled(to) ?? '' })
        : t('builder:publish.finish', { number: version }),
  };
}

function Fate({ outlook, flow }: { outlook: Outlook; flow: Flow }) {
  const { t } = useTranslation('builder');
  const words = useOutlookWords(flow);
  const { becomes, at_once: atOnce } = outlook;
  return (
    <>
      <Text size="sm" c={becomes === 'exits' ? 'red' : undefined}>
        {words.fate(outlook, true)}
      </Text>
      {atOnce !== null && atOnce > 0 && (
        <Text size="xs" c="dimmed">
          {t('publish.atOnce', { count: atOnce })}
        </Text>
      )}
    </>
  );
}

const LEAVE = ' leave';
type StandsForProps = { id: string; name: string; flow: Flow; move: NodeMapping; setMove: (move: Move) => void };

/** Which step of the new version stands for one of the old. */
function StandsFor({ id, name, flow, move, setMove }: StandsForProps) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const kept = flow.nodes.some((each) => each.id === id);
  const chosen = id in move ? (move[id] ?? LEAVE) : kept ? id : LEAVE;
  const choose = (to: string) => {
    const { [id]: _, ...others } = move;
    const byItself = kept ? id : LEAVE;
    setMove(to === byItself ? others : { ...others, [id]: to === LEAVE ? null : to });
  };
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        size="xs"
        flex={1}
        aria-label={t('builder:publish.standsFor', { name })}
        searchable
        data={[
          ...flow.nodes
            .filter((each) => each.type !== 'entry')
            .map((each) => ({ value: each.id, label: titleOf(each, t) })),
          { value: LEAVE, label: t('builder:publish.leave') },
        ]}
        value={chosen}
        onChange={(to) => to && choose(to)}
      />
    </Group>
  );
}
