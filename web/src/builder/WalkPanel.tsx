import { Alert, Button, Group, Loader, Select, Text, Timeline } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Flow, Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';
import { CustomerField } from './fields/CustomerField';
import { useExampleCustomer } from './fields/exampleCustomer';
import { walkedPath } from './graph/walked';
import { kindOf, titleOf } from './kinds';
import { portLabel } from './kinds/portLabel';
import { PanelFrame } from './PanelFrame';
import { useStepWords } from './stepWords';
import { NOTHING, useEditor, useEditorStore, useFlow } from './store';

type Choices = Record<string, string>;
type Step = Schemas['RehearsalStep'];

/** Walks a customer through the drawing as it is now, sending nothing: each decision, when, and why. */
export function WalkPanel() {
  const { t } = useTranslation('builder');
  const slug = useEditor((editor) => editor.slug);
  const flow = useFlow();
  const [customer, setCustomer] = useExampleCustomer();
  const [choices, setChoices] = useState<Choices>({});
  const walk = useQuery({
    queryKey: ['rehearsal', slug, flow, customer, choices],
    queryFn: () => rehearse(slug, customer ?? '', flow, choices),
    enabled: customer !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  useMarked(customer && !walk.error ? walk.data : undefined, flow);
  return (
    <PanelFrame title={t('walk.title')}>
      <Text size="sm" c="dimmed">
        {t('walk.help')}
      </Text>
      <CustomerField
        label={t('walk.customer')}
        value={customer}
        onChange={(next) => {
          setCustomer(next);
          setChoices({});
        }}
      />
      {walk.isLoading && <Loader size="sm" role="status" aria-label={t('walk.title')} />}
      {walk.error && <Alert color="red">{walk.error.message}</Alert>}
      {customer && walk.data && !walk.error && (
        <Way walk={walk.data} flow={flow} choices={choices} choose={setChoices} />
      )}
    </PanelFrame>
  );
}

/** Shows the walk on the drawing, until the panel is closed. */
function useMarked(walk: Schemas['RehearsalView'] | undefined, flow: Flow) {
  const store = useEditorStore();
  useEffect(() => {
    store.getState().mark(walk ? walkedPath(flow, walk.steps) : NOTHING);
    return () => store.getState().mark(NOTHING);
  }, [store, walk, flow]);
}

function rehearse(slug: string, customer: string, flow: Flow, choices: Choices) {
  return take(
    api.POST('/campaigns/{slug}/simulations', { params: { path: { slug } }, body: { customer, flow, choices } }),
  );
}

type WayProps = { walk: Schemas['RehearsalView']; flow: Flow; choices: Choices; choose: (choices: Choices) => void };

function Way({ walk, flow, choices, choose }: WayProps) {
  const { t } = useTranslation('builder');
  const say = useStepWords(flow.nodes);
  return (
    <>
      <Alert color={walk.enters === false ? 'orange' : 'gray'} p="xs">
        <Text size="sm">{say(walk.entry, walk.entry_said)}</Text>
      </Alert>
      <Timeline bulletSize={26} lineWidth={2} data-testid="walk">
        {walk.steps.map((step) => (
          <Timeline.Item key={`${step.node_id} ${step.at}`} {...headOf(flow, step)}>
            <StepTold
              step={step}
              flow={flow}
              choose={(port) =>
                choose(port === null ? without(choices, step.node_id) : { ...choices, [step.node_id]: port })
              }
            />
          </Timeline.Item>
        ))}
      </Timeline>
      {!walk.complete && <Alert color="orange">{t('walk.nowhere')}</Alert>}
    </>
  );
}

function headOf(flow: Flow, step: Step) {
  const node = flow.nodes.find((each) => each.id === step.node_id);
  if (!node) return {};
  const { icon: Icon, colour } = kindOf(node.type);
  return { bullet: <Icon size={15} />, color: colour };
}

function without(choices: Choices, id: string): Choices {
  return Object.fromEntries(Object.entries(choices).filter(([name]) => name !== id));
}

function StepTold({ step, flow, choose }: { step: Step; flow: Flow; choose: (port: string | null) => void }) {
  const { t, i18n } = useTranslation('builder');
  const { t: kindText } = useTranslation(['kinds', 'app']);
  const say = useStepWords(flow.nodes);
  const store = useEditorStore();
  const node = flow.nodes.find((each) => each.id === step.node_id);
  if (!node) return null;
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Button variant="transparent" size="compact-sm" px={0} onClick={() => store.getState().select([node.id])}>
          {titleOf(node, kindText)}
        </Button>
        <Text size="xs" c="dimmed">
          {new Date(step.at).toLocaleString(localeOf(i18n.language), { dateStyle: 'medium', timeStyle: 'short' })}
        </Text>
      </Group>
      <Text size="sm">{say(step.why, step.said)}</Text>
      {step.ports.length > 1 && (
        <Select
          size="xs"
          mt={4}
          aria-label={t('walk.suppose', { name: titleOf(node, kindText) })}
          data={[
            { value: '', label: t('walk.byItself') },
            ...step.ports.map((port) => ({ value: port, label: portLabel(node, port, kindText) })),
          ]}
          value={step.chosen ? step.port : ''}
          onChange={(port) => choose(port || null)}
        />
      )}
    </>
  );
}
