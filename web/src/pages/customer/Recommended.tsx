import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Customer, Schemas } from '@/api/types';
import { Problem } from '@/ui/Problem';

/** What a message would recommend to the customer now. */
export function Recommended({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers');
  const found = useQuery({
    queryKey: ['customer', customer.id, 'recommendations'],
    queryFn: () =>
      take(api.GET('/customers/{customer}/recommendations', { params: { path: { customer: customer.id } } })),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('recommended.title')}>
      <Title order={2} size="h5" mb="xs">
        {t('recommended.title')}
      </Title>
      {found.error && <Problem error={found.error} retry={() => found.refetch()} />}
      {found.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('recommended.none')}
        </Text>
      )}
      <Stack gap={6}>
        {found.data?.map((product) => (
          <Group key={product.product_id} justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" truncate>
              {nameOf(product)}
            </Text>
            <Badge variant="light" color="gray" tt="none" style={{ flexShrink: 0 }}>
              {t(`recommended.why.${product.why}`)}
            </Badge>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function nameOf(product: Schemas['RecommendationView']): string {
  const { name } = product.details;
  return typeof name === 'string' && name ? name : product.product_id;
}
