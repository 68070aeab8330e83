import { ScrollArea, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { add, defaultPlace } from './actions';
import { DRAGGED_KIND } from './Canvas';
import { mayAdd } from './graph/legal';
import { KindButton } from './KindList';
import { GROUPS, kindsIn } from './kinds';
import { useEditorStore, useFlow } from './store';

/** All kinds: drag one onto the canvas or an edge, or press it to add it behind the selected node. */
export function Palette({ chosen }: { chosen?: () => void }) {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
  const flow = useFlow();
  return (
    <ScrollArea className="palette" component="nav" aria-label={t('builder:palette')}>
      {GROUPS.map((group) => (
        <div key={group}>
          <Text size="xs" fw={600} c="dimmed" tt="uppercase" px={8} pt={10} pb={2}>
            {t(`kinds:groups.${group}`)}
          </Text>
          {kindsIn(group).map((type) => (
            <KindButton
              key={type}
              type={type}
              disabled={!mayAdd(flow, type)}
              draggable={mayAdd(flow, type)}
              onDragStart={(event) => event.dataTransfer.setData(DRAGGED_KIND, type)}
              onClick={() => {
                add(store, type, defaultPlace(store), t);
                chosen?.();
              }}
            />
          ))}
        </div>
      ))}
    </ScrollArea>
  );
}
