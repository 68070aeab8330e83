import { Alert, Grid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { contact } from '@/api/contact';
import { useMay } from '@/api/me';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { Editor } from './Editor';
import { InWords } from './InWords';

/** How often, and when, customers may be contacted: the limits of the whole installation. */
export function Component() {
  const { t } = useTranslation('contacting');
  const may = useMay('operator');
  const read = useQuery(contact.policy());
  return (
    <Page
      title={t('policy.title')}
      actions={
        read.data?.updated_at && (
          <Text size="sm" c="dimmed">
            {t('policy.changed')} <Since at={read.data.updated_at} />
          </Text>
        )
      }
    >
      <Text c="dimmed" mb="md" maw={720}>
        {t('policy.help')}
      </Text>
      {read.isPending && <Loading />}
      {read.error && !read.data && <Problem error={read.error} retry={() => read.refetch()} />}
      {read.data && may && <Editor saved={read.data} />}
      {read.data && !may && (
        <Grid>
          <Grid.Col span={{ base: 12, md: 8 }}>
            <InWords policy={read.data.policy} />
            <Alert mt="md" color="gray">
              {t('policy.onlyOperators')}
            </Alert>
          </Grid.Col>
        </Grid>
      )}
    </Page>
  );
}
