import { useTranslation } from 'react-i18next';
import { Page } from '@/ui/Page';
import { FailedJourneys } from './FailedJourneys';

/** The failed journeys of all campaigns. */
export function Component() {
  const { t } = useTranslation('journeys');
  return (
    <Page title={t('failed.title')}>
      <FailedJourneys />
    </Page>
  );
}
