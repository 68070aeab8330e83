import { Button } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '@/ui/Empty';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty alone icon={IconMapPinOff} title={t('problem.notFound')}>
      <Button component={Link} to="/campaigns">
        {t('problem.home')}
      </Button>
    </Empty>
  );
}
