import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { campaigns } from '@/api/campaigns';
import type { NodeKind } from '@/api/types';
import { titleOf } from '@/builder/kinds';

/** What a campaign or broadcast is called; its slug until that is known. */
export function CampaignName({ slug }: { slug: string }) {
  return <>{useCampaignName(slug)}</>;
}

/** The same as a text. */
export function useCampaignName(slug: string): string {
  const listed = useQuery(campaigns.list());
  const found = listed.data?.items.find((each) => each.slug === slug)?.name;
  // broadcasts are not in the list
  const missing = listed.isSuccess && found === undefined;
  const one = useQuery({ ...campaigns.one(slug), enabled: missing, staleTime: 300_000, retry: false });
  return found ?? one.data?.name ?? slug;
}

type StepProps = { campaign: string; node: string; type?: NodeKind };

/** What a step is called in its campaign as it is drawn now; one that is gone by its kind, or its id. */
export function StepName({ campaign, node, type }: StepProps) {
  const { t } = useTranslation(['kinds', 'app']);
  const drawn = useQuery({ ...campaigns.one(campaign), staleTime: 300_000 }).data?.draft.nodes;
  const found = drawn?.find((each) => each.id === node);
  return <>{found ? titleOf(found, t) : type ? t(`kinds:${type}.name`) : node}</>;
}
