import { CloseButton, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/types';
import { nodeById } from '@/builder/graph/model';
import { describe, titleOf } from '@/builder/kinds';
import { portLabel } from '@/builder/kinds/portLabel';
import { useWords } from '@/builder/names';
import { useFormat } from '@/lib/useFormat';
import { CsvButton } from '@/ui/CsvButton';
import { ArmFigures } from './ArmFigures';
import { byNode, type Monitor, NOBODY } from './figures';
import { There } from './There';
import { useExitWords } from './words';

type Props = { slug: string; flow: Flow; monitor: Monitor; node: string | null; run: string | null; close: () => void };

/** What became of those who came to a step, and who stands there now. */
export function NodeDrawer({ slug, flow, monitor, node: id, run, close }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const node = id ? nodeById(flow, id) : undefined;
  return (
    <Drawer.Root opened={node !== undefined} onClose={close} position="right" lockScroll={false} size="md">
      <Drawer.Content aria-label={node ? titleOf(node, words.t) : undefined}>
        <Drawer.Body pt="md">
          {node && (
            <Stack>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Title order={2} size="h4">
                  {titleOf(node, words.t)}
                </Title>
                <CloseButton onClick={close} aria-label={t('close')} data-autofocus />
              </Group>
              <Text size="sm" c="dimmed">
                {describe(node, words)}
              </Text>
              <Fates node={node} monitor={monitor} />
              {node.type === 'random_split' && <ArmFigures slug={slug} node={node.id} />}
              <There
                key={node.id}
                slug={slug}
                node={node.id}
                title={titleOf(node, words.t)}
                run={run}
                figures={byNode(monitor).get(node.id) ?? NOBODY}
              />
            </Stack>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Fates({ node, monitor }: { node: Flow['nodes'][number]; monitor: Monitor }) {
  const { t: words } = useTranslation(['kinds', 'app']);
  const { t } = useTranslation(['monitor', 'app']);
  const format = useFormat();
  const exits = useExitWords();
  const figures = byNode(monitor).get(node.id) ?? NOBODY;
  const skipped = monitor.messages
    .filter((each) => each.node_id === node.id)
    .flatMap((each) => Object.entries(each.skipped));
  const rows: [string, number][] = [
    [t('fates.entered'), figures.entered],
    [t('fates.inside'), figures.active],
    ...(figures.failed > 0 ? [[t('fates.failed'), figures.failed] as [string, number]] : []),
    ...(figures.paused > 0 ? [[t('fates.paused'), figures.paused] as [string, number]] : []),
    ...Object.entries(figures.exited).map(([port, n]): [string, number] => [
      t('fates.left', { port: portLabel(node, port, words) }),
      n,
    ]),
    ...Object.entries(figures.ended).map(([reason, n]): [string, number] => [
      t('fates.ended', { reason: exits(reason) }),
      n,
    ]),
    ...skipped.map(([why, n]): [string, number] => [
      t('fates.skipped', { why: t(`block_reason.${why as 'consent'}`) }),
      n,
    ]),
  ];
  return (
    <Stack gap="xs">
      <Table aria-label={t('fates.title')}>
        <Table.Tbody>
          {rows.map(([what, count]) => (
            <Table.Tr key={what}>
              <Table.Td>{what}</Table.Td>
              <Table.Td ta="right" className="figures">
                {format.number(count)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="flex-end">
        <CsvButton<[string, number]>
          label={`${titleOf(node, words)} ${t('fates.title')}`}
          rows={() => rows}
          columns={[
            { title: t('fates.title'), csv: ([what]) => what },
            { title: t('fates.customers'), csv: ([, count]) => count },
          ]}
        />
      </Group>
    </Stack>
  );
}
