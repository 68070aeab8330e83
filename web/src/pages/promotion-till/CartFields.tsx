import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Paper,
  Stack,
  TagsInput,
  TextInput,
  Title,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { promotions } from '@/api/promotions';
import { CustomerField } from '@/builder/fields/CustomerField';
import { MoneyInput, WholeInput } from '@/promotions/Fields';
import { type Cart, type Change, type Line, NEW_LINE } from './cart';

type Props = { cart: Cart; change: Change };

/** What is bought, where, by whom, and with which codes. */
export function CartFields({ cart, change }: Props) {
  const { t } = useTranslation('promotions');
  const put = (at: number, part: Partial<Line>) =>
    change({ lines: cart.lines.map((line, index) => (index === at ? { ...line, ...part } : line)) });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('till.cart')}>
      <Stack>
        <Title order={2} size="h4">
          {t('till.cart')}
        </Title>
        {cart.lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own, and none is moved
          <Group key={at} align="flex-end" gap="xs" role="group" aria-label={t('till.line', { n: at + 1 })}>
            <TextInput
              label={t('till.product')}
              flex={2}
              miw={110}
              value={line.product}
              onChange={(event) => put(at, { product: event.currentTarget.value })}
            />
            <TextInput
              label={t('till.category')}
              flex={2}
              miw={110}
              value={line.category}
              onChange={(event) => put(at, { category: event.currentTarget.value })}
            />
            <WholeInput
              label={t('till.quantity')}
              w={90}
              max={10_000}
              value={line.quantity}
              onChange={(quantity) => quantity && put(at, { quantity })}
            />
            <MoneyInput
              label={t('till.price')}
              w={120}
              currency={cart.currency}
              value={line.price}
              onChange={(price) => price !== null && put(at, { price })}
            />
            {cart.lines.length > 1 && (
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t('till.removeLine')}
                onClick={() => change({ lines: cart.lines.filter((_, index) => index !== at) })}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </Group>
        ))}
        <Button
          variant="light"
          w="fit-content"
          leftSection={<IconPlus size={16} />}
          onClick={() => change({ lines: [...cart.lines, NEW_LINE] })}
        >
          {t('till.addLine')}
        </Button>
        <TagsInput
          label={t('till.codes')}
          description={t('till.codesHelp')}
          acceptValueOnBlur
          value={cart.codes}
          onChange={(codes) => change({ codes })}
          maxTags={50}
        />
        <CustomerField
          label={t('till.customer')}
          placeholder={t('till.anybody')}
          value={cart.customer}
          onChange={(customer) => change({ customer })}
        />
        <Where cart={cart} change={change} />
        <Drafts cart={cart} change={change} />
      </Stack>
    </Paper>
  );
}

function Where({ cart, change }: Props) {
  const { t } = useTranslation('promotions');
  return (
    <>
      <Group align="flex-end" gap="xs">
        {(['city', 'shop', 'channel'] as const).map((name) => (
          <TextInput
            key={name}
            label={t(`till.${name}`)}
            flex={1}
            miw={110}
            value={cart[name]}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
          />
        ))}
        <MoneyInput
          label={t('till.shipping')}
          w={120}
          currency={cart.currency}
          value={cart.shipping}
          onChange={(shipping) => change({ shipping: shipping ?? 0 })}
        />
      </Group>
      <Checkbox
        label={t('till.firstOrder')}
        checked={cart.firstOrder}
        onChange={(event) => change({ firstOrder: event.currentTarget.checked })}
      />
    </>
  );
}

function Drafts({ cart, change }: Props) {
  const { t } = useTranslation('promotions');
  const known = useQuery(promotions.named()).data?.items ?? [];
  const others = known.filter(({ state }) => state === 'draft' || state === 'paused');
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        type="datetime-local"
        label={t('till.at')}
        value={cart.at}
        onChange={(event) => change({ at: event.currentTarget.value })}
      />
      {others.length > 0 && (
        <MultiSelect
          label={t('till.drafts')}
          flex={1}
          miw={200}
          clearable
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={cart.drafts}
          onChange={(drafts) => change({ drafts })}
          maxValues={20}
        />
      )}
    </Group>
  );
}
