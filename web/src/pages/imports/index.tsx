import { Anchor, Button, Modal, Progress, Text } from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Schemas } from '@/api/types';
import { usePages } from '@/api/usePages';
import { useFormat } from '@/lib/useFormat';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Listing } from '@/ui/Listing';
import { Page } from '@/ui/Page';
import { Since } from '@/ui/Since';
import { isUnderWay, progressOf } from './progress';
import { Wizard } from './Wizard';

type Import = Schemas['ImportView'];

export function Component() {
  const { t } = useTranslation('imports');
  const may = useMay('operator');
  const [params, setParams] = useSearchParams();
  const pages = usePages(['imports'], (page) => take(api.GET('/imports', { params: { query: { ...page } } })), {
    every: 2_000,
  });
  const upload = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: '' })}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={pages.items.length > 0 && upload}>
      <Listing
        pages={pages}
        empty={
          <Empty icon={IconFileImport} title={t('empty')} help={t('emptyHelp')}>
            {upload}
          </Empty>
        }
      >
        <Rows imports={pages.items} everything={pages.everything} />
      </Listing>
      <Modal
        opened={may && params.get('new') !== null}
        onClose={() => setParams({})}
        title={t('new')}
        size="min(1180px, 100%)"
      >
        <Wizard />
      </Modal>
    </Page>
  );
}

function Rows({ imports, everything }: { imports: Import[]; everything: () => Promise<Import[]> }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  return (
    <DataTable
      label={t('title')}
      rows={imports}
      rowKey={({ id }) => id}
      minWidth={360}
      everything={everything}
      columns={[
        {
          key: 'file',
          title: t('file'),
          show: (each) => (
            <>
              <Anchor component={Link} to={`/imports/${each.id}`} fw={600}>
                {each.name || each.id.slice(0, 8)}
              </Anchor>
              <Text size="sm" c="dimmed">
                {t(`kinds.${each.kind}`)}
              </Text>
            </>
          ),
          csv: (each) => each.name || each.id,
        },
        { key: 'kind', title: t('kind'), csv: ({ kind }) => kind },
        {
          key: 'state',
          title: t('state'),
          show: (each) => (
            <>
              {t(`states.${each.state}`)}
              {isUnderWay(each) && (
                <Progress value={progressOf(each)} mt={4} animated aria-label={t('progress', { name: each.name })} />
              )}
            </>
          ),
          csv: ({ state }) => state,
        },
        ...(['taken', 'noted', 'repeated', 'refused'] as const).map((key) => ({
          key,
          title: t(key),
          right: true,
          wide: key === 'repeated' || key === 'noted',
          show: (each: Import) => format.number(each[key]),
          csv: (each: Import) => each[key],
        })),
        {
          key: 'when',
          title: t('when'),
          show: (each) => <Since at={each.created_at} />,
          csv: ({ created_at }) => created_at,
        },
      ]}
    />
  );
}
