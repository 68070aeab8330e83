import { ActionIcon, Button, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKnownNames } from '../names';
import { useFlow } from '../store';
import { couponTokens, FIELDS, needsFallback, TOKENS, tokenOf } from './tokens';

/** Asks for a token and its fallback. */
export function TokenMenu({ field, choose }: { field: string; choose: (token: string) => void }) {
  const { t } = useTranslation('builder');
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      trapFocus
      returnFocus={false}
      position="bottom-end"
      shadow="md"
      width={300}
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('tokens.open', { field })}
          onClick={() => setOpened(!opened)}
        >
          <IconBraces size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        {opened && (
          <TokenForm
            choose={(token) => {
              setOpened(false);
              choose(token);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function TokenForm({ choose }: { choose: (token: string) => void }) {
  const { t } = useTranslation('builder');
  const known = useKnownNames();
  const coupons = couponTokens(useFlow().nodes);
  const [name, setName] = useState<string>(TOKENS[0]);
  const [fallback, setFallback] = useState('');
  const groups = [
    { group: t('tokens.common'), items: [...TOKENS] },
    { group: t('tokens.coupons'), items: coupons },
    { group: t('tokens.fields'), items: [...FIELDS] },
    { group: t('tokens.attributes'), items: known.attributes.map((each) => `attributes.${each}`) },
  ].filter((group) => group.items.length > 0);
  return (
    <Stack gap="xs">
      <Select
        size="xs"
        data-autofocus
        label={t('tokens.token')}
        searchable
        data={groups}
        value={name}
        onChange={(next) => next && setName(next)}
        comboboxProps={{ withinPortal: false }}
      />
      {needsFallback(name) && (
        <TextInput
          size="xs"
          label={t('tokens.fallback')}
          description={t('tokens.fallbackHelp')}
          value={fallback}
          onChange={(event) => setFallback(event.currentTarget.value)}
        />
      )}
      <Group justify="flex-end">
        <Button size="xs" onClick={() => choose(tokenOf(name, fallback))}>
          {t('tokens.insert')}
        </Button>
      </Group>
    </Stack>
  );
}
