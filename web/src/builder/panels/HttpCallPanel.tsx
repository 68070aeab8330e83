import { Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeyValues } from '../fields/KeyValues';
import type { EditProps } from './panel';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export default function HttpCallPanel({ data, change }: EditProps<'http_call'>) {
  const { t } = useTranslation('builder');
  return (
    <Stack>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Select
          w={110}
          label={t('http.method')}
          data={[...METHODS]}
          value={data.method}
          onChange={(method) => change({ method: (method ?? 'POST') as (typeof METHODS)[number] })}
        />
        <TextInput
          flex={1}
          label={t('http.url')}
          value={data.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
        />
      </Group>
      <KeyValues
        label={t('http.headers')}
        nameLabel={t('http.header')}
        valueLabel={t('http.value')}
        value={data.headers ?? {}}
        onChange={(headers) => change({ headers })}
      />
      <Textarea
        label={t('http.body')}
        description={t('http.bodyHelp')}
        autosize
        minRows={4}
        maxRows={14}
        ff="monospace"
        value={data.body ?? ''}
        onChange={(event) => change({ body: event.currentTarget.value || null })}
      />
      <NumberInput
        label={t('http.timeout')}
        min={1}
        max={60}
        value={data.timeout_seconds}
        onChange={(seconds) => typeof seconds === 'number' && seconds > 0 && change({ timeout_seconds: seconds })}
      />
    </Stack>
  );
}
