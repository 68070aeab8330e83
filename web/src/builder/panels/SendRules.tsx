import { Accordion, Select, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TopicField } from '../fields/TopicField';
import type { SendKind } from '../kinds/sends';
import type { EditProps } from './panel';

const CATEGORIES = ['marketing', 'transactional'] as const;
const OVER = ['defer', 'skip', 'exit'] as const;

/** What holds for this one message in place of what the campaign says. */
export function SendRules({ data, change }: Pick<EditProps<SendKind>, 'data' | 'change'>) {
  const { t } = useTranslation(['builder', 'contacting']);
  return (
    <Accordion variant="contained" order={3}>
      <Accordion.Item value="rules">
        <Accordion.Control>{t('builder:send.rules')}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Select
              label={t('builder:send.category')}
              description={t('builder:send.categoryHelp')}
              clearable
              placeholder={t('builder:send.asCampaign')}
              data={CATEGORIES.map((each) => ({ value: each, label: t(`builder:categories.${each}`) }))}
              value={data.category ?? null}
              onChange={(category) => change({ category: category as (typeof CATEGORIES)[number] | null })}
            />
            <TopicField
              label={t('builder:send.topic')}
              description={t('builder:send.topicHelp')}
              placeholder={t('builder:send.asCampaign')}
              value={data.topic ?? null}
              onChange={(topic) => change({ topic })}
            />
            <Select
              label={t('builder:send.over')}
              clearable
              placeholder={t('builder:send.asCampaign')}
              data={OVER.map((each) => ({ value: each, label: t(`contacting:limits.overs.${each}`) }))}
              value={data.over_limit ?? null}
              onChange={(over) => change({ over_limit: over as (typeof OVER)[number] | null })}
            />
            {(data.category === 'transactional' || data.retry_on_unknown) && (
              <Switch
                label={t('builder:send.resend')}
                description={t('builder:send.resendHelp')}
                checked={data.retry_on_unknown}
                onChange={(event) => change({ retry_on_unknown: event.currentTarget.checked })}
              />
            )}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
