import { Accordion, Button, Code, Group, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type BiView, type RowFormat, wholeView } from '@/api/bi';
import { download } from '@/lib/csv';
import { tell } from '@/ui/tell';

const ENDINGS = { csv: 'csv', arrow: 'arrows' } as const satisfies Record<RowFormat, string>;

/** Every view with its columns, and its rows as a file. */
export function Views({ views }: { views: BiView[] }) {
  return (
    <Accordion variant="contained">
      {views.map((view) => (
        <Accordion.Item key={view.name} value={view.name}>
          <Accordion.Control>
            <Code>{view.name}</Code>
            <Text size="sm" c="dimmed">
              {view.comment}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Group mb="xs">
              <Rows view={view.name} format="csv" />
              <Rows view={view.name} format="arrow" />
            </Group>
            <Columns view={view} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Rows({ view, format }: { view: string; format: RowFormat }) {
  const { t } = useTranslation('bi');
  const saving = useMutation({
    mutationFn: () => wholeView(view, format),
    onSuccess: (file) => download(`${view}.${ENDINGS[format]}`, file as Blob),
    onError: tell,
  });
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconDownload size={14} />}
      loading={saving.isPending}
      onClick={() => saving.mutate()}
    >
      {t(`rows.${format}`)}
    </Button>
  );
}

function Columns({ view }: { view: BiView }) {
  const { t } = useTranslation('bi');
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table aria-label={view.name}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('column')}</Table.Th>
            <Table.Th>{t('type')}</Table.Th>
            <Table.Th>{t('meaning')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {view.columns.map((column) => (
            <Table.Tr key={column.name}>
              <Table.Td>
                <Code>{column.name}</Code>
              </Table.Td>
              <Table.Td>{column.type}</Table.Td>
              <Table.Td>{column.comment}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
