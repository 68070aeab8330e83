import { Grid, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { shop } from '@/api/shop';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { CartFields } from './CartFields';
import { bodyOf, useCart } from './cart';
import { Outcome } from './Outcome';

/** Fill a cart and see what the promotions would come to. Nothing is taken. */
export function Component() {
  const { t } = useTranslation('promotions');
  const settings = useQuery(shop.settings());
  if (settings.isPending) return <Loading />;
  return (
    <Page title={t('till.title')}>
      <Text c="dimmed" mb="md" className="measure">
        {t('till.help')}
      </Text>
      <Till currency={settings.data?.currency ?? 'EUR'} />
    </Page>
  );
}

function Till({ currency }: { currency: string }) {
  const [cart, change] = useCart(currency);
  const [asked] = useDebouncedValue(cart, 300);
  const body = bodyOf(asked);
  const found = useQuery({
    queryKey: ['promotion', 'simulated', body],
    queryFn: () => take(api.POST('/promotions/simulate', { body })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
  });
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <CartFields cart={cart} change={change} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack aria-live="polite">
          {found.error && <Problem error={found.error} />}
          {found.data && !found.error && <Outcome said={found.data} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
