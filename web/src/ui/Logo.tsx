import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Logo() {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/app/icon.svg" width={26} height={26} alt="" />
      <Text fw={700} style={{ whiteSpace: 'nowrap' }}>
        {t('name')}
      </Text>
    </Group>
  );
}
