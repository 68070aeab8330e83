import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { marked } from '../fields/marked';
import type { EditProps } from './panel';

export default function EndPanel({ data, change }: EditProps<'end'>) {
  const { t } = useTranslation('builder');
  return (
    <TextInput
      {...marked}
      label={t('end.reason')}
      description={t('end.reasonHelp')}
      value={data.reason}
      error={/^[a-z0-9_]{1,60}$/.test(data.reason) ? undefined : t('end.wrong')}
      onChange={(event) => change({ reason: event.currentTarget.value.toLowerCase().replaceAll(' ', '_') })}
    />
  );
}
