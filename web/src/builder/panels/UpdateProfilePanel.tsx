import { Stack, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeyValues } from '../fields/KeyValues';
import { parseValue, showValue } from '../fields/values';
import { useKnownNames } from '../names';
import type { EditProps } from './panel';

type Scalar = string | number | boolean | null;

export default function UpdateProfilePanel({ data, change }: EditProps<'update_profile'>) {
  const { t } = useTranslation('builder');
  const tags = useKnownNames().tags;
  const shown = Object.fromEntries(Object.entries(data.set ?? {}).map(([name, value]) => [name, showValue(value)]));
  return (
    <Stack>
      <KeyValues
        label={t('profile.set')}
        description={t('profile.setHelp')}
        nameLabel={t('profile.attribute')}
        valueLabel={t('profile.value')}
        value={shown}
        onChange={(next) =>
          change({ set: Object.fromEntries(Object.entries(next).map(([name, text]) => [name, scalarOf(text)])) })
        }
      />
      <TagsInput
        label={t('profile.add')}
        data={tags}
        value={data.add_tags ?? []}
        onChange={(add_tags) => change({ add_tags })}
      />
      <TagsInput
        label={t('profile.remove')}
        data={tags}
        value={data.remove_tags ?? []}
        onChange={(remove_tags) => change({ remove_tags })}
      />
    </Stack>
  );
}

/** Nothing typed removes the attribute. */
function scalarOf(text: string): Scalar {
  if (text === '') return null;
  const value = parseValue(text);
  return typeof value === 'object' ? text : value;
}
