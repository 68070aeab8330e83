import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

type Props = { rows?: number; height?: number };

/** Stands for rows that are being loaded, as high as they will be. */
export function Placeholder({ rows = 5, height = 40 }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are alike
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}
