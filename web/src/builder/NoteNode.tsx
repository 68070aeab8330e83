import { ActionIcon, Group, Textarea } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { removeSelected } from './actions';
import type { NoteOnCanvas } from './graph/canvas';
import { changeNote, NOTE_COLOURS } from './graph/notes';
import { useEditor, useEditorStore } from './store';

/** A note on the drawing: read at a glance, written in place. It is dragged by its edge. */
export const NoteNode = memo(function NoteNode({ data: { note }, selected }: NodeProps<NoteOnCanvas>) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const readOnly = useEditor((editor) => editor.readOnly);
  const field = useRef<HTMLTextAreaElement>(null);
  const isNew = useEditor((editor) => selected && editor.selected.size === 1 && note.text === '');
  useEffect(() => {
    if (isNew) field.current?.focus();
  }, [isNew]);
  const change = (part: Partial<typeof note>) =>
    store.getState().edit((flow) => changeNote(flow, note.id, part), `${note.id}:${Object.keys(part).join()}`);
  return (
    <div className="note" data-colour={note.colour} data-selected={selected}>
      <Textarea
        className="nodrag nopan nowheel"
        variant="unstyled"
        size="xs"
        autosize
        minRows={2}
        maxRows={14}
        maxLength={2000}
        readOnly={readOnly}
        ref={field}
        aria-label={t('note.text')}
        placeholder={t('note.placeholder')}
        value={note.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      {selected && !readOnly && (
        <Group gap={4} className="nodrag nopan">
          {NOTE_COLOURS.map((colour) => (
            <button
              key={colour}
              type="button"
              className="note-colour"
              data-colour={colour}
              aria-label={t(`note.colours.${colour}`)}
              aria-pressed={colour === note.colour}
              onClick={() => change({ colour })}
            />
          ))}
          <ActionIcon
            size={24}
            variant="transparent"
            color="dark"
            ms="auto"
            aria-label={t('note.remove')}
            onClick={() => removeSelected(store)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </Group>
      )}
    </div>
  );
});
