import { Alert, Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/me';
import { saveShop, shop } from '@/api/shop';
import type { Schemas } from '@/api/types';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { CostFields, type Costs, sameCosts } from './CostFields';

/** What holds for the whole shop: its currency, and what messages cost. */
export function Component() {
  const { t } = useTranslation('contacting');
  const read = useQuery(shop.settings());
  return (
    <Page title={t('shop.title')}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('shop.help')}
      </Text>
      {read.isPending && <Loading />}
      {read.error && !read.data && <Problem error={read.error} retry={() => read.refetch()} />}
      {read.data && <Settings key={read.data.revision} saved={read.data} />}
    </Page>
  );
}

function Settings({ saved }: { saved: Schemas['ShopView'] }) {
  const { t, i18n } = useTranslation('contacting');
  const may = useMay('operator');
  const [currency, setCurrency] = useState(saved.currency);
  const [costs, setCosts] = useState<Costs>(saved.message_costs);
  const choices = useMemo(() => named(i18n.language), [i18n.language]);
  const saving = useSaving();
  const others = saved.currencies.filter((each) => each !== saved.currency);
  const isSame =
    currency === saved.currency && saved.currency_from === 'set' && sameCosts(costs, saved.message_costs as Costs);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (currency) saving.mutate({ currency, message_costs: costs, revision: saved.revision });
  }

  return (
    <Paper withBorder p="md" maw={560} component="form" onSubmit={submit}>
      <Stack>
        <Select
          label={t('shop.currency')}
          description={t(`shop.from.${saved.currency_from ?? 'nobody'}`)}
          data={choices}
          value={currency}
          onChange={setCurrency}
          searchable
          allowDeselect={false}
          disabled={!may}
          nothingFoundMessage={t('shop.none')}
        />
        {others.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('shop.others', { currencies: others.join(', ') })}
          </Text>
        )}
        <CostFields value={costs} onChange={setCosts} disabled={!may} currency={currency} />
        {saving.error && <Problem error={saving.error} />}
        {may ? (
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending} disabled={!currency || isSame}>
              {t('shop.save')}
            </Button>
          </Group>
        ) : (
          <Alert color="gray">{t('shop.onlyOperators')}</Alert>
        )}
      </Stack>
    </Paper>
  );
}

function useSaving() {
  const { t } = useTranslation('contacting');
  const client = useQueryClient();
  return useMutation({
    mutationFn: saveShop,
    onSuccess: (now) => {
      client.setQueryData(shop.settings().queryKey, now);
      void client.invalidateQueries({ queryKey: ['home'] });
      notifications.show({ message: t('shop.saved', { currency: now.currency }) });
    },
  });
}

/** Every currency with its name in that language. */
function named(language: string) {
  const names = new Intl.DisplayNames([language], { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({
    value: code,
    label: `${code} · ${names.of(code) ?? code}`,
  }));
}
