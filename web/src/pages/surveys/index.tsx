import { Anchor, Badge, Button, Modal, Text } from '@mantine/core';
import { IconMessageStar, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/api/me';
import { type Survey, surveys } from '@/api/surveys';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { NewSurvey } from './NewSurvey';

/** Every survey, with its state; one leads to what was answered. */
export function Component() {
  const { t } = useTranslation('surveys');
  const [making, setMaking] = useState(false);
  const may = useMay('marketer');
  const all = useQuery(surveys.all());
  const add = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={add}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('help')}
      </Text>
      {all.isPending && <Loading />}
      {all.error && <Problem error={all.error} retry={() => all.refetch()} />}
      {all.data?.length === 0 && (
        <Empty icon={IconMessageStar} title={t('empty')} help={t('emptyHelp')}>
          {add}
        </Empty>
      )}
      {all.data && all.data.length > 0 && <Rows rows={all.data} />}
      <Modal opened={making} onClose={() => setMaking(false)} title={t('new')}>
        <NewSurvey />
      </Modal>
    </Page>
  );
}

function Rows({ rows }: { rows: Survey[] }) {
  const { t } = useTranslation('surveys');
  const columns: Column<Survey>[] = [
    {
      key: 'name',
      title: t('name'),
      show: ({ id, name }) => (
        <Anchor component={Link} to={`/surveys/${id}`} fw={600}>
          {name}
        </Anchor>
      ),
      csv: ({ name }) => name,
    },
    { key: 'key', title: t('key'), csv: ({ key }) => key },
    {
      key: 'state',
      title: t('state'),
      show: ({ state }) => <Badge variant="light">{t(`states.${state}`)}</Badge>,
      csv: ({ state }) => state,
    },
    { key: 'wave', title: t('wave'), right: true, csv: ({ wave }) => wave },
  ];
  return <DataTable label={t('title')} rows={rows} rowKey={({ id }) => id} minWidth={300} columns={columns} />;
}
