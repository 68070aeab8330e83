import {
  Button,
  ColorInput,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { Broken } from '@/ui/Broken';
import { Fields } from '@/ui/Fields';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';

type Kit = Schemas['BrandKit'];
const FONTS = ['system', 'arial', 'helvetica', 'verdana', 'tahoma', 'trebuchet', 'georgia', 'times', 'courier'];
const COLORS = ['primary', 'on_primary', 'text', 'muted', 'page', 'panel'] as const;
const NETWORKS = ['facebook', 'instagram', 'x', 'youtube', 'linkedin', 'tiktok', 'pinterest', 'whatsapp'] as const;

export function Component() {
  const found = useQuery({ queryKey: ['brand-kit'], queryFn: () => take(api.GET('/brand-kit')) });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/templates" />;
  return <Edit key={found.data.revision} saved={found.data} />;
}

function Edit({ saved }: { saved: Schemas['BrandKitView'] }) {
  const { t } = useTranslation(['emails', 'app']);
  const may = useMay('marketer');
  const client = useQueryClient();
  const [kit, setKit] = useState<Kit>(saved.kit);
  const put = (part: Partial<Kit>) => setKit((before) => ({ ...before, ...part }));
  const saving = useMutation({
    mutationFn: () => take(api.PUT('/brand-kit', { body: { kit, revision: saved.revision } })),
    onSuccess: (next) => {
      client.setQueryData(['brand-kit'], next);
      notifications.show({ message: t('emails:kit.saved') });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <Page title={t('emails:kit.title')}>
      <form onSubmit={submit}>
        <Fields disabled={!may}>
          <Stack maw={720}>
            <Text size="sm">{t('emails:kit.help')}</Text>
            <Identity kit={kit} put={put} />
            <Looks kit={kit} put={put} />
            <Networks kit={kit} put={put} />
            {saving.error && <Problem error={saving.error} />}
            {may && (
              <Group justify="flex-end">
                <Button type="submit" loading={saving.isPending}>
                  {t('app:save')}
                </Button>
              </Group>
            )}
          </Stack>
        </Fields>
      </form>
    </Page>
  );
}

type Part = { kit: Kit; put: (part: Partial<Kit>) => void };

function Identity({ kit, put }: Part) {
  const { t } = useTranslation('emails');
  return (
    <>
      <TextInput
        label={t('kit.name')}
        maxLength={120}
        value={kit.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('kit.website')}
        maxLength={2000}
        value={kit.website}
        onChange={(event) => put({ website: event.currentTarget.value })}
      />
      <TextInput
        label={t('kit.logo')}
        maxLength={2000}
        value={kit.logo_url}
        onChange={(event) => put({ logo_url: event.currentTarget.value })}
      />
      <TagsInput
        label={t('kit.fromNames')}
        maxTags={10}
        value={kit.from_names ?? []}
        onChange={(from_names) => put({ from_names })}
      />
      <Textarea
        label={t('kit.address')}
        autosize
        minRows={2}
        maxLength={500}
        value={kit.postal_address}
        onChange={(event) => put({ postal_address: event.currentTarget.value })}
      />
      <Textarea
        label={t('kit.footer')}
        autosize
        minRows={2}
        maxLength={1000}
        value={kit.footer_text}
        onChange={(event) => put({ footer_text: event.currentTarget.value })}
      />
    </>
  );
}

function Looks({ kit, put }: Part) {
  const { t } = useTranslation('emails');
  return (
    <>
      <Text fw={600}>{t('kit.colors')}</Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }}>
        {COLORS.map((name) => (
          <ColorInput
            key={name}
            label={t(`named.${name}`)}
            format="hex"
            value={kit.colors?.[name] ?? ''}
            onChange={(color) => put({ colors: { ...kit.colors, [name]: color } as Kit['colors'] })}
          />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {(['heading_font', 'body_font'] as const).map((which) => (
          <Select
            key={which}
            label={t(`kit.${which}`)}
            allowDeselect={false}
            data={FONTS}
            value={kit[which] ?? 'system'}
            onChange={(font) => font && put({ [which]: font })}
          />
        ))}
        <NumberInput
          label={t('kit.radius')}
          min={0}
          max={40}
          clampBehavior="strict"
          value={kit.radius}
          onChange={(radius) => typeof radius === 'number' && put({ radius })}
        />
      </SimpleGrid>
    </>
  );
}

function Networks({ kit, put }: Part) {
  const { t } = useTranslation('emails');
  const links = kit.social ?? [];
  return (
    <>
      <Text fw={600}>{t('kit.social')}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {NETWORKS.map((network) => (
          <TextInput
            key={network}
            label={t('kit.url', { network })}
            type="url"
            maxLength={2000}
            value={links.find((link) => link.network === network)?.url ?? ''}
            onChange={({ currentTarget: { value: url } }) => {
              const others = links.filter((link) => link.network !== network);
              put({ social: url ? [...others, { network, url }] : others });
            }}
          />
        ))}
      </SimpleGrid>
    </>
  );
}
