import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Violation } from '@/api/types';
import { titleOf } from './kinds';
import { PanelFrame } from './PanelFrame';
import { useEditor, useEditorStore, useFlow } from './store';
import { useViolationWords } from './violationWords';

/** Everything that keeps the draft from being published; each leads to its node. */
export function Problems() {
  const { t } = useTranslation('builder');
  const problems = useEditor((editor) => editor.problems);
  return (
    <PanelFrame title={t('problems.title')}>
      {problems.length === 0 ? (
        <Alert color="teal" icon={<IconCircleCheck />}>
          {t('problems.none')}
        </Alert>
      ) : (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {problems.map((problem) => (
            <li key={`${problem.node_id} ${problem.code} ${problem.message}`}>
              <Entry problem={problem} />
            </li>
          ))}
        </Stack>
      )}
    </PanelFrame>
  );
}

function Entry({ problem }: { problem: Violation }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const words = useViolationWords();
  const store = useEditorStore();
  const flow = useFlow();
  const node = flow.nodes.find((each) => each.id === problem.node_id);
  const go = () => {
    if (node) store.getState().select([node.id], 'node');
  };
  return (
    <Alert color="red" p="xs" variant="light">
      <Text size="sm">{words(problem)}</Text>
      {node && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={go}>
          {t('builder:problems.show', { name: titleOf(node, t) })}
        </Button>
      )}
    </Alert>
  );
}

/** What is wrong with one node. */
export function NodeProblems({ id }: { id: string }) {
  const words = useViolationWords();
  const problems = useEditor((editor) => editor.problems);
  return problems
    .filter((problem) => problem.node_id === id)
    .map((problem) => (
      <Alert key={problem.code + problem.message} color="red" p="xs" role="alert">
        <Text size="sm">{words(problem)}</Text>
      </Alert>
    ));
}
