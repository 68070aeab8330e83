import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Navigate, useParams } from 'react-router';
import { campaigns } from '@/api/campaigns';
import { useMay } from '@/api/me';
import type { Campaign } from '@/api/types';
import { Builder } from '@/builder/Builder';
import { openEditor } from '@/builder/open';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';

export function Component() {
  const { slug = '' } = useParams();
  const campaign = useQuery({ ...campaigns.one(slug), refetchOnWindowFocus: false });
  useDocumentTitle(campaign.data ? `${campaign.data.name} · Campaign Flow` : 'Campaign Flow');
  if (campaign.isPending) return <Loading />;
  if (campaign.isLoadingError) return <Broken query={campaign} back="/campaigns" />;
  // its flow follows from the broadcast, and is changed there
  if (campaign.data.broadcast) return <Navigate to={`/broadcasts/${campaign.data.id}`} replace />;
  return <Opened key={slug} campaign={campaign.data} />;
}

/** The editor is made once for a campaign: what is read later only tells of its state and version. */
function Opened({ campaign }: { campaign: Campaign }) {
  const mayEdit = useMay('marketer');
  const readOnly = !mayEdit || campaign.state === 'retired' || campaign.state === 'stopped';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read later must not replace the edited draft
  const store = useMemo(() => openEditor(campaign, readOnly), [campaign.id, readOnly]);
  return <Builder campaign={campaign} store={store} />;
}
