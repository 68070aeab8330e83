import { ActionIcon, Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { add, type Place } from './actions';
import { KindList } from './KindList';
import { useEditorStore } from './store';

/** "+": asks for a kind, and adds a node of it there. */
export function AddButton({ place }: { place: Place }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom" shadow="md" trapFocus withinPortal returnFocus>
      <Popover.Target>
        <ActionIcon
          size={20}
          radius="xl"
          variant="default"
          aria-label={t('builder:addHere')}
          onClick={(event) => {
            event.stopPropagation();
            setOpened(!opened);
          }}
        >
          <IconPlus size={13} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {opened && (
          <KindList
            choose={(type) => {
              setOpened(false);
              add(store, type, place, t);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
