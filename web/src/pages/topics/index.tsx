import { Anchor, Button, Modal, Text } from '@mantine/core';
import { IconMessages, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { contact, type Topic } from '@/api/contact';
import { useMay } from '@/api/me';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Since } from '@/ui/Since';
import { DeleteTopic } from './DeleteTopic';
import { TopicForm } from './TopicForm';

/** What customers can refuse, or ask for, without refusing everything. `?new`, `?edit=` and `?delete=` open the forms. */
export function Component() {
  const { t } = useTranslation('contacting');
  const [params, setParams] = useSearchParams();
  const may = useMay('marketer');
  const topics = useQuery(contact.topics());
  const close = () => setParams({});
  const named = (name: 'edit' | 'delete') => topics.data?.find((topic) => topic.key === params.get(name));
  const editing = named('edit');
  const deleting = named('delete');
  const add = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: '' })}>
      {t('topics.new')}
    </Button>
  );
  return (
    <Page title={t('topics.title')} actions={add}>
      <Text c="dimmed" mb="md" maw={720}>
        {t('topics.help')}
      </Text>
      {topics.isPending && <Loading />}
      {topics.error && <Problem error={topics.error} retry={() => topics.refetch()} />}
      {topics.data?.length === 0 && (
        <Empty icon={IconMessages} title={t('topics.empty')} help={t('topics.emptyHelp')}>
          {add}
        </Empty>
      )}
      {topics.data && topics.data.length > 0 && (
        <Rows
          topics={topics.data}
          edit={may ? (key) => setParams({ edit: key }) : undefined}
          remove={may ? (key) => setParams({ delete: key }) : undefined}
        />
      )}
      {may && topics.data && (
        <>
          <Modal opened={params.get('new') !== null} onClose={close} title={t('topics.new')}>
            <TopicForm taken={topics.data.map((topic) => topic.key)} done={close} />
          </Modal>
          <Modal opened={editing !== undefined} onClose={close} title={t('topics.edit')}>
            {editing && <TopicForm topic={editing} taken={[]} done={close} />}
          </Modal>
          <Modal opened={deleting !== undefined} onClose={close} title={t('topics.delete')}>
            {deleting && <DeleteTopic topic={deleting} done={close} />}
          </Modal>
        </>
      )}
    </Page>
  );
}

type RowsProps = { topics: Topic[]; edit?: (key: string) => void; remove?: (key: string) => void };

function Rows({ topics, edit, remove }: RowsProps) {
  const { t } = useTranslation('contacting');
  const who = ({ opt_in }: Topic) => t(opt_in ? 'topics.optIn' : 'topics.optOut');
  const removing: Column<Topic> = {
    key: 'delete',
    title: t('topics.delete'),
    untitled: true,
    right: true,
    show: (topic) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('topics.deleteOne', { name: topic.name })}
        onClick={() => remove?.(topic.key)}
      >
        {t('topics.deleteShort')}
      </Button>
    ),
  };
  return (
    <DataTable
      label={t('topics.title')}
      rows={topics}
      rowKey={({ key }) => key}
      minWidth={330}
      columns={[
        {
          key: 'name',
          title: t('topics.name'),
          show: (topic) => <Named topic={topic} edit={edit} />,
          csv: ({ name }) => name,
        },
        {
          key: 'who',
          title: t('topics.who'),
          show: (topic) => <Text size="sm">{who(topic)}</Text>,
          csv: who,
        },
        {
          key: 'key',
          title: t('topics.key'),
          show: ({ key }) => (
            <Text size="sm" ff="monospace">
              {key}
            </Text>
          ),
          csv: ({ key }) => key,
          wide: true,
        },
        {
          key: 'changed',
          title: t('topics.changed'),
          show: ({ updated_at: at }) => <Since at={at} />,
          csv: ({ updated_at }) => updated_at,
          wide: true,
        },
        ...(remove ? [removing] : []),
      ]}
    />
  );
}

function Named({ topic, edit }: { topic: Topic; edit?: (key: string) => void }) {
  return (
    <>
      {edit ? (
        <Anchor component="button" type="button" ta="left" fw={600} onClick={() => edit(topic.key)}>
          {topic.name}
        </Anchor>
      ) : (
        <Text fw={600}>{topic.name}</Text>
      )}
      <Text size="sm" c="dimmed" lineClamp={2}>
        {topic.description}
      </Text>
    </>
  );
}
