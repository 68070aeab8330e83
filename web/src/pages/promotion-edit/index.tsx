import { IconTicketOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMay } from '@/api/me';
import { promotions } from '@/api/promotions';
import { shop } from '@/api/shop';
import { blank } from '@/promotions/model';
import { Broken } from '@/ui/Broken';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Editor } from './Editor';

/** Makes a promotion, or changes one. */
export function Component() {
  const { id } = useParams();
  const { t } = useTranslation('promotions');
  const may = useMay('marketer');
  if (!may) return <Empty alone icon={IconTicketOff} title={t('refused')} />;
  return id ? <Change id={id} /> : <New />;
}

function New() {
  const { t } = useTranslation('promotions');
  const settings = useQuery(shop.settings());
  if (settings.isPending) return <Loading />;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Page title={t('new')}>
      <Editor saved={null} name="" promotion={blank(settings.data?.currency ?? 'EUR', zone)} />
    </Page>
  );
}

function Change({ id }: { id: string }) {
  const found = useQuery(promotions.one(id));
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/promotions" />;
  return (
    <Page title={found.data.name}>
      <Editor saved={found.data} name={found.data.name} promotion={found.data.promotion} />
    </Page>
  );
}
