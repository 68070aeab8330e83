import { Input, Select, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { join } from './actions';
import { removeEdges } from './graph/edit';
import { refusal } from './graph/legal';
import { edgeFrom, ports } from './graph/model';
import { titleOf } from './kinds';
import { portLabel } from './kinds/portLabel';
import { useEditorStore, useFlow } from './store';

/** Where each way out leads: drawing edges without a mouse. */
export function Ways({ node }: { node: FlowNode }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
  const flow = useFlow();
  const out = ports(node);
  if (out.length === 0) return null;
  return (
    <Input.Wrapper label={t('builder:ways')} description={t('builder:waysHelp')} labelElement="div">
      <Stack gap={6} mt={4}>
        {out.map((port) => (
          <Select
            key={port}
            size="xs"
            label={portLabel(node, port, t)}
            placeholder={t('builder:nowhere')}
            searchable
            clearable
            data={flow.nodes
              .filter((each) => refusal(flow, node.id, port, each.id) === null)
              .map((each) => ({ value: each.id, label: titleOf(each, t) }))}
            value={edgeFrom(flow, node.id, port)?.target ?? null}
            onChange={(target) => {
              const old = edgeFrom(flow, node.id, port);
              if (target) join(store, node.id, port, target);
              else if (old) store.getState().edit((now) => removeEdges(now, [old.id]));
            }}
          />
        ))}
      </Stack>
    </Input.Wrapper>
  );
}
