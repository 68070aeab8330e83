import { ActionIcon, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EventName } from '@/builder/fields/EventFields';
import { type Draft, MOST_STEPS } from './question';

type Props = { steps: Draft['steps']; onChange: (steps: Draft['steps']) => void };

/** The events of a funnel, one below the other. */
export function Steps({ steps, onChange }: Props) {
  const { t } = useTranslation('analytics');
  const next = Math.max(...steps.map(({ key }) => key)) + 1;
  return (
    <Stack gap="xs">
      {steps.map((step, place) => (
        <Group key={step.key} align="flex-start" wrap="nowrap" gap="xs">
          <div style={{ flex: 1 }}>
            <EventName
              label={t('step', { number: place + 1 })}
              value={step.event}
              onChange={(event) => onChange(steps.map((each) => (each === step ? { ...each, event } : each)))}
            />
          </div>
          <ActionIcon
            mt={26}
            size="lg"
            variant="subtle"
            color="gray"
            aria-label={t('removeStep', { number: place + 1 })}
            disabled={steps.length <= 2}
            onClick={() => onChange(steps.filter((each) => each !== step))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        w="fit-content"
        leftSection={<IconPlus size={14} />}
        disabled={steps.length >= MOST_STEPS}
        onClick={() => onChange([...steps, { key: next, event: '' }])}
      >
        {t('addStep')}
      </Button>
    </Stack>
  );
}
