import { Anchor, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { promotions } from '@/api/promotions';
import { BudgetBars } from '@/promotions/BudgetBars';
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
      <PromotionField value={data.promotion_id} onChange={(promotion_id) => change({ promotion_id })} />
      <Text size="sm" c="dimmed">
        {t('coupon.use', { token: `{{ coupon.${data.prefix} }}` })}
      </Text>
    </Stack>
  );
}

type Props = { value: string | null | undefined; onChange: (id: string | null) => void };

/** Which promotion the code redeems, with what is left of its budgets. */
function PromotionField({ value, onChange }: Props) {
  const { t } = useTranslation('builder');
  const items = useQuery({ ...promotions.named(), refetchInterval: 10_000 }).data?.items ?? [];
  const coded = items.filter(
    ({ id, promotion, state }) => id === value || (promotion.codes.kind !== 'none' && state !== 'ended'),
  );
  const chosen = items.find(({ id }) => id === value);
  return (
    <>
      <Select
        label={t('coupon.promotion')}
        description={t('coupon.promotionHelp')}
        placeholder={t('coupon.noPromotion')}
        searchable
        clearable
        data={coded.map(({ id, name }) => ({ value: id, label: name }))}
        value={value ?? null}
        onChange={onChange}
      />
      {chosen && (
        <>
          <BudgetBars shown={chosen} small />
          <Anchor component={Link} to={`/promotions/${chosen.id}`} size="sm" target="_blank">
            {t('coupon.open', { name: chosen.name })}
          </Anchor>
        </>
      )}
    </>
  );
}
