import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { KindList } from '../KindList';
import type { Planned } from '../plan';

type Props = {
  opened: boolean;
  close: () => void;
  choose: (steps: Planned[]) => void;
  go: (node: FlowNode) => void;
};

/** Finds a kind of step to add, or a step to go to. */
export function Add({ opened, close, choose, go }: Props) {
  const { t } = useTranslation('builder');
  return (
    <Modal opened={opened} onClose={close} title={t('add')} size="sm">
      <KindList choose={choose} go={go} />
    </Modal>
  );
}
