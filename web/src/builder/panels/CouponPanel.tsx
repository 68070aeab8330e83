import { Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { marked } from '../fields/marked';
import type { EditProps } from './panel';

export default function CouponPanel({ data, change }: EditProps<'coupon'>) {
  const { t } = useTranslation('builder');
  return (
    <Stack>
      <TextInput
        {...marked}
        label={t('coupon.prefix')}
        description={t('coupon.prefixHelp')}
        value={data.prefix}
        error={/^[A-Z0-9]{2,20}$/.test(data.prefix) ? undefined : t('coupon.wrong')}
        onChange={(event) => change({ prefix: event.currentTarget.value.toUpperCase() })}
      />
      <Text size="sm" c="dimmed">
        {t('coupon.use', { token: `{{ coupon.${data.prefix} }}` })}
      </Text>
    </Stack>
  );
}
