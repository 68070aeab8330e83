import { useReactFlow } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { addAll, type Place } from './actions';
import { focusCardSoon } from './focus';
import type { Planned } from './plan';
import { useEditorStore } from './store';

/** After the selected step was brought into sight, which is a movement of its own. */
const SETTLED = 300;
const LEAST_ZOOM = 0.5;

/** Adds steps at a place. Several are shown together with the one before them: the next "+" is among them. */
export function useAddAll(): (steps: Planned[], place: Place) => void {
  const { t } = useTranslation(['kinds', 'app', 'builder']);
  const store = useEditorStore();
  const { fitView, getZoom } = useReactFlow();
  return (steps, place) => {
    const added = addAll(store, steps, place, t);
    if (added[0]) focusCardSoon(added[0]);
    if (added.length < 2) return;
    const before = 'after' in place ? [place.after] : [];
    const nodes = [...before, ...added].map((id) => ({ id }));
    setTimeout(
      () => void fitView({ nodes, minZoom: LEAST_ZOOM, maxZoom: Math.min(1, getZoom()), padding: 0.1, duration: 150 }),
      SETTLED,
    );
  };
}
