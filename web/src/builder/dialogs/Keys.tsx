import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const KEYS = {
  add: ['Ctrl', 'K'],
  note: ['N'],
  open: ['Enter'],
  back: ['Esc'],
  move: ['←', '↑', '→', '↓'],
  remove: ['Delete'],
  undo: ['Ctrl', 'Z'],
  redo: ['Ctrl', 'Y'],
  copy: ['Ctrl', 'C'],
  cut: ['Ctrl', 'X'],
  paste: ['Ctrl', 'V'],
  duplicate: ['Ctrl', 'D'],
  all: ['Ctrl', 'A'],
  many: ['Shift'],
  tidy: ['L'],
  fit: ['F'],
  none: ['Esc'],
} as const;

export function Keys({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation('builder');
  return (
    <Modal opened={opened} onClose={close} title={t('keys.title')}>
      <Table>
        <Table.Tbody>
          {(Object.keys(KEYS) as (keyof typeof KEYS)[]).map((name) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`keys.${name}`)}</Table.Td>
              <Table.Td ta="end">
                {KEYS[name].map((key) => (
                  <Kbd key={key} ms={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
