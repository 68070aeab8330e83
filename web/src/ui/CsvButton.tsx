import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Cell, download, fileName, toCsv } from '@/lib/csv';
import { tell } from './tell';

type Props<Row> = {
  label: string;
  columns: { title: string; csv: (row: Row) => Cell }[];
  /** Asked for when the button is pressed: those of a long list are read then. */
  rows: () => Row[] | Promise<Row[]>;
};

/** Takes rows away as a file that spreadsheets read. */
export function CsvButton<Row>({ label, columns, rows }: Props<Row>) {
  const { t } = useTranslation();
  const saving = useMutation({
    mutationFn: async () => rows(),
    onSuccess: (all) => {
      const lines = all.map((row) => columns.map(({ csv }) => csv(row)));
      const head = columns.map(({ title }) => title);
      download(fileName(label, 'csv'), toCsv(head, lines));
    },
    onError: tell,
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} />}
      loading={saving.isPending}
      onClick={() => saving.mutate()}
    >
      {t('csv')}
    </Button>
  );
}
