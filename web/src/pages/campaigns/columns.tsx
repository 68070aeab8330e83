import { Anchor, Badge, Box, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Launch } from '@/api/home';
import type { CampaignItem } from '@/api/types';
import { useFormat } from '@/lib/useFormat';
import { share } from '@/pages/home/change';
import type { Column } from '@/ui/DataTable';
import { Revenue, revenueText } from '@/ui/Revenue';
import { Since } from '@/ui/Since';
import { StatusBadge } from '@/ui/StatusBadge';
import { When } from '@/ui/When';

type Key = 'sent' | 'conversions' | 'active' | 'entered';

/** What the list shows of a campaign; its file holds more. */
export function useCampaignColumns(next: Map<string, Launch>): Column<CampaignItem>[] {
  const { t } = useTranslation('campaigns');
  const { t: words } = useTranslation('home');
  const { number, percent, price } = useFormat();
  const published = ({ current_version }: CampaignItem) => current_version !== null;
  const count = (key: Key, title: string): Column<CampaignItem> => ({
    key,
    title,
    right: true,
    show: (item) => (published(item) ? number(item[key]) : null),
    csv: (item) => item[key],
    sort: (item) => (published(item) ? item[key] : null),
  });
  const rate = (key: string, title: string, of: (item: CampaignItem) => number | null): Column<CampaignItem> => ({
    key,
    title,
    right: true,
    wide: true,
    show: (item) => {
      const found = of(item);
      return found === null ? '–' : percent(found);
    },
    csv: of,
    sort: of,
  });
  const launch = ({ slug }: CampaignItem) => next.get(slug);
  return [
    {
      key: 'name',
      title: t('name'),
      show: (item) => (
        <Box miw={{ sm: 160 }}>
          <Anchor component={Link} to={`/campaigns/${item.slug}/edit`} fw={600}>
            {item.name}
          </Anchor>
          <Text size="sm" c="dimmed" lineClamp={1}>
            {item.description}
          </Text>
          {item.tags.length > 0 && (
            <Group gap={4} mt={4}>
              {item.tags.map((tag) => (
                <Badge key={tag} size="sm" variant="default" tt="none">
                  {tag}
                </Badge>
              ))}
            </Group>
          )}
        </Box>
      ),
      csv: ({ name }) => name,
      sort: ({ name }) => name,
    },
    { key: 'slug', title: t('create.slug'), csv: ({ slug }) => slug },
    { key: 'folder', title: t('labels.folder'), csv: ({ folder }) => folder },
    { key: 'tags', title: t('labels.tags'), csv: ({ tags }) => tags.join(', ') },
    {
      key: 'state',
      title: words('list.status'),
      show: ({ status }) => <StatusBadge status={status} />,
      csv: ({ status }) => status.kind,
      sort: ({ status }) => t(`status.${status.kind}`, { percent: status.percent ?? 0 }),
    },
    {
      key: 'watch',
      title: t('watch'),
      untitled: true,
      wide: true,
      show: (item) =>
        published(item) && (
          <Anchor component={Link} to={`/campaigns/${item.slug}/monitor`} size="sm">
            {t('monitor')}
          </Anchor>
        ),
    },
    count('sent', words('sent')),
    rate('opens', words('openRate'), (item) => share(item.opened, item.open_trackable)),
    rate('clicks', words('clickRate'), (item) => share(item.clicked, item.click_trackable)),
    { ...count('conversions', words('conversions')), wide: true },
    {
      key: 'revenue',
      title: words('revenue'),
      right: true,
      wide: true,
      show: ({ revenue }) => <Revenue amounts={revenue} />,
      csv: ({ revenue }) => revenueText(revenue, { price }),
      // amounts of several currencies can't be compared: the largest number stands for all
      sort: ({ revenue }) => (revenue.length > 0 ? Math.max(...revenue.map(({ amount }) => Number(amount))) : null),
    },
    {
      key: 'last',
      title: words('list.last'),
      wide: true,
      show: ({ last_launch: at }) => (at ? <Since at={at} /> : '–'),
      csv: ({ last_launch }) => last_launch,
      sort: ({ last_launch }) => last_launch && Date.parse(last_launch),
    },
    {
      key: 'next',
      title: words('list.next'),
      wide: true,
      show: (item) => {
        const found = launch(item);
        return found ? <When at={found.at} zone={found.timezone} /> : '–';
      },
      csv: (item) => launch(item)?.at,
      sort: (item) => {
        const found = launch(item);
        return found ? Date.parse(found.at) : null;
      },
    },
    { ...count('active', t('active')), show: undefined },
    { ...count('entered', t('entered')), show: undefined },
    { key: 'version', title: t('version'), csv: ({ current_version }) => current_version },
    { key: 'changed', title: t('changed'), csv: ({ updated_at }) => updated_at },
  ];
}
