import { ActionIcon, Stack, Text, Textarea, TextInput, ThemeIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { removeSelected } from './actions';
import { replaceNode } from './graph/edit';
import { kindOf } from './kinds';
import { PanelFrame } from './PanelFrame';
import { NodeProblems } from './Problems';
import { panelOf } from './panels';
import { useEditor, useEditorStore } from './store';
import { Ways } from './Ways';

/** The form of the selected node. */
export function Inspector({ node }: { node: FlowNode }) {
  const { t } = useTranslation(['kinds', 'builder']);
  const store = useEditorStore();
  const readOnly = useEditor((editor) => editor.readOnly);
  const { icon: Icon, colour } = kindOf(node.type);
  const Edit = panelOf(node.type);
  const change = (part: object) => {
    store.getState().edit(
      (flow) => {
        const now = flow.nodes.find((each) => each.id === node.id);
        return now ? replaceNode(flow, { ...now, data: { ...now.data, ...part } } as FlowNode) : flow;
      },
      `${node.id}:${Object.keys(part).join()}`,
    );
  };
  return (
    <PanelFrame
      title={t(`kinds:${node.type}.name`)}
      icon={
        <ThemeIcon variant="light" color={colour} size={32}>
          <Icon size={19} stroke={1.6} />
        </ThemeIcon>
      }
      actions={
        !readOnly && (
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={t('builder:removeNode')}
            onClick={() => removeSelected(store)}
          >
            <IconTrash size={17} />
          </ActionIcon>
        )
      }
    >
      <Text size="sm" c="dimmed">
        {t(`kinds:${node.type}.help`)}
      </Text>
      <NodeProblems id={node.id} />
      <fieldset disabled={readOnly} className="panel-fields">
        <Stack>
          <TextInput
            label={t('builder:label')}
            placeholder={t(`kinds:${node.type}.name`)}
            maxLength={120}
            value={node.data.label}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
          <Suspense fallback={<Loading />}>
            <Edit key={node.id} id={node.id} data={node.data} change={change} />
          </Suspense>
          <Ways node={node} />
          <Textarea
            label={t('builder:notes')}
            description={t('builder:notesHelp')}
            autosize
            maxLength={2000}
            value={node.data.notes}
            onChange={(event) => change({ notes: event.currentTarget.value })}
          />
        </Stack>
      </fieldset>
    </PanelFrame>
  );
}
