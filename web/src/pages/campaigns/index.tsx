import { Button } from '@mantine/core';
import { IconPlus, IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { useMay } from '@/api/me';
import { Empty } from '@/ui/Empty';
import { Page } from '@/ui/Page';
import { Placeholder } from '@/ui/Placeholder';
import { Problem } from '@/ui/Problem';
import { List } from './List';
import { NewCampaign } from './NewCampaign';

export function Component() {
  const { t } = useTranslation('campaigns');
  const [params, setParams] = useSearchParams();
  const list = useQuery(campaigns.list());
  const may = useMay('marketer');
  const creating = may && params.get('new') !== null;
  // beside the list's filter, which stays
  const show = (dialog: boolean) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (dialog) next.set('new', '');
      else next.delete('new');
      return next;
    });
  const open = () => show(true);
  return (
    <Page
      title={t('title')}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            {t('new')}
          </Button>
        )
      }
    >
      {list.isPending && <Placeholder rows={6} height={48} />}
      {list.error && <Problem error={list.error} retry={() => list.refetch()} />}
      {list.data?.items.length === 0 && (
        <Empty icon={IconSitemap} title={t('empty')} help={t('emptyHelp')}>
          {may && <Button onClick={open}>{t('new')}</Button>}
        </Empty>
      )}
      {list.data && list.data.items.length > 0 && <List all={list.data.items} />}
      <NewCampaign opened={creating} close={() => show(false)} />
    </Page>
  );
}
