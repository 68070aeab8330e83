import { Button, Grid, Group, Stack, Tabs } from '@mantine/core';
import { IconEdit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useMay } from '@/api/me';
import { promotions } from '@/api/promotions';
import { InWords } from '@/promotions/InWords';
import type { PromotionView } from '@/promotions/model';
import { Refusals } from '@/promotions/Refusals';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Burn } from './Burn';
import { Codes } from './Codes';
import { Redemptions } from './Redemptions';
import { StateButtons } from './StateButtons';

const TABS = ['budget', 'codes', 'redemptions', 'refused'] as const;

/** One promotion: what it says, what is used of it, its codes, and who was refused. */
export function Component() {
  const { id = '' } = useParams();
  const found = useQuery({ ...promotions.one(id), refetchInterval: 10_000 });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/promotions" />;
  return (
    <Page title={found.data.name} actions={<Actions shown={found.data} />}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <InWords promotion={found.data.promotion} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Parts shown={found.data} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Actions({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const may = useMay('marketer');
  return (
    <Group gap="xs">
      <StateButtons shown={shown} />
      {may && shown.state !== 'ended' && (
        <Button
          component={Link}
          to={`/promotions/${shown.id}/edit`}
          variant="default"
          leftSection={<IconEdit size={16} />}
        >
          {t('edit')}
        </Button>
      )}
    </Group>
  );
}

function Parts({ shown }: { shown: PromotionView }) {
  const { t } = useTranslation('promotions');
  const [params, setParams] = useSearchParams();
  const coded = shown.promotion.codes?.kind !== 'none';
  const tabs = TABS.filter((tab) => coded || tab === 'budget' || tab === 'redemptions');
  return (
    <Tabs
      value={params.get('tab') ?? 'budget'}
      onChange={(tab) => setParams({ tab: tab ?? 'budget' }, { replace: true })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {t(`tab.${tab}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Stack>
        <Tabs.Panel value="budget">
          <Burn shown={shown} />
        </Tabs.Panel>
        <Tabs.Panel value="codes">
          <Codes shown={shown} />
        </Tabs.Panel>
        <Tabs.Panel value="redemptions">
          <Redemptions shown={shown} />
        </Tabs.Panel>
        <Tabs.Panel value="refused">
          <Refusals promotion={shown.id} />
        </Tabs.Panel>
      </Stack>
    </Tabs>
  );
}
