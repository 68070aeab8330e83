import { Popover } from '@mantine/core';
import { useRef, useState } from 'react';
import type { Place } from './actions';
import { KindList } from './KindList';
import { useAddAll } from './useAddAll';

type Props = { place: Place; label: string };

/** "+": asks for a kind, and adds a node of it there. A drawing has hundreds: what asks is only there while it is open. */
export function AddButton({ place, label }: Props) {
  const [opened, setOpened] = useState(false);
  const returning = useRef(false);
  const button = (
    <button
      type="button"
      className="add-button"
      aria-label={label}
      aria-haspopup="dialog"
      aria-expanded={opened}
      ref={(element) => {
        if (element && returning.current) element.focus({ preventScroll: true });
        returning.current = false;
      }}
      onClick={(event) => {
        event.stopPropagation();
        setOpened(!opened);
      }}
    >
      +
    </button>
  );
  if (!opened) return button;
  const close = () => {
    returning.current = true;
    setOpened(false);
  };
  return (
    <Popover opened onChange={(open) => !open && close()} position="bottom" shadow="md" trapFocus withinPortal>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown p="xs">
        <Kinds place={place} close={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Kinds({ place, close }: { place: Place; close: () => void }) {
  const addAll = useAddAll();
  return (
    <KindList
      choose={(steps) => {
        close();
        addAll(steps, place);
      }}
    />
  );
}
