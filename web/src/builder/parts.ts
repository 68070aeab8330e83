import { lazy } from 'react';

const LOAD = {
  inspector: () => import('./Inspector'),
  settings: () => import('./settings/SettingsPanel'),
  walk: () => import('./WalkPanel'),
  problems: () => import('./Problems'),
  conflict: () => import('./dialogs/Conflict'),
  keys: () => import('./dialogs/Keys'),
  publish: () => import('./dialogs/publish/Publish'),
  versions: () => import('./dialogs/versions/Versions'),
};
const REST_MS = 3000;

/** What the canvas does not need to be drawn. */
export const Inspector = lazy(() => LOAD.inspector().then((it) => ({ default: it.Inspector })));
export const SettingsPanel = lazy(() => LOAD.settings().then((it) => ({ default: it.SettingsPanel })));
export const WalkPanel = lazy(() => LOAD.walk().then((it) => ({ default: it.WalkPanel })));
export const Problems = lazy(() => LOAD.problems().then((it) => ({ default: it.Problems })));
export const Conflict = lazy(() => LOAD.conflict().then((it) => ({ default: it.Conflict })));
export const Keys = lazy(() => LOAD.keys().then((it) => ({ default: it.Keys })));
export const Publish = lazy(() => LOAD.publish().then((it) => ({ default: it.Publish })));
export const Versions = lazy(() => LOAD.versions().then((it) => ({ default: it.Versions })));

/** Fetches it all while nothing else is to be done: it opens at once then, and when the connection is lost too. */
export function loadParts(): () => void {
  // without a network nothing can be fetched: what is wanted when it comes back has to be there before
  void LOAD.conflict().catch(() => undefined);
  const timer = setTimeout(() => {
    for (const load of Object.values(LOAD)) void load().catch(() => undefined);
    void import('./panels').then(({ loadPanels }) => loadPanels()).catch(() => undefined);
  }, REST_MS);
  return () => clearTimeout(timer);
}
