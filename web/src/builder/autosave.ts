import { saveDraft, validateDraft } from '@/api/campaigns';
import { ApiError, api, take } from '@/api/client';
import type { Flow, Violation } from '@/api/types';
import { dropBackup, writeBackup } from './backup';
import { readFlow } from './graph/read';
import type { EditorStore } from './store';

const SAVE_AFTER = 700;
const CHECK_AFTER = 400;
const TRY_AGAIN_AFTER = 3000;
/** The API's own words are all there is to say about a field that it can't take. */
const SHAPE = { code: 'shape', sentence: 'shape', params: {} };

/** Saves and checks the draft while it is edited. Returns how to stop, saving what is not saved yet. */
export function keepSaved(store: EditorStore): () => void {
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let checkTimer: ReturnType<typeof setTimeout> | undefined;
  let saving = false;

  const later = (ms: number) => {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, ms);
  };

  async function save(): Promise<void> {
    const { slug, revision, saved, history, theirs } = store.getState();
    const flow = history.present;
    if (saving || flow === saved || theirs) return;
    saving = true;
    store.setState({ saving: 'saving' });
    try {
      const answer = await saveDraft(slug, revision, flow);
      store.setState((now) => ({
        saved: flow,
        revision: answer.revision,
        saving: now.history.present === flow ? 'saved' : 'unsaved',
      }));
      if (store.getState().history.present === flow) dropBackup(slug);
    } catch (error) {
      await refused(store, flow, error);
    } finally {
      saving = false;
    }
    const now = store.getState();
    if (now.saving === 'offline') later(TRY_AGAIN_AFTER);
    else if (now.saving === 'unsaved') later(SAVE_AFTER);
  }

  async function check(): Promise<void> {
    const flow = store.getState().history.present;
    const found = await problemsOf(store.getState().slug, flow);
    if (found && store.getState().history.present === flow) store.setState({ problems: found });
  }

  const stop = store.subscribe((now, before) => {
    if (now.history.present === before.history.present) return;
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, CHECK_AFTER);
    if (now.readOnly) return;
    const clean = now.history.present === now.saved;
    if (clean) dropBackup(now.slug);
    else writeBackup(now.slug, { base: now.saved, revision: now.revision, flow: now.history.present });
    if (!now.theirs) store.setState({ saving: clean ? 'saved' : 'unsaved' });
    later(SAVE_AFTER);
  });
  void check();
  if (store.getState().history.present !== store.getState().saved) later(0);
  return () => {
    stop();
    clearTimeout(checkTimer);
    clearTimeout(saveTimer);
    void save();
  };
}

async function refused(store: EditorStore, flow: Flow, error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 409) await lookAtTheirs(store);
  else if (error.status === 422) store.setState({ saving: 'invalid', problems: shapeProblems(flow, error) });
  else store.setState({ saving: 'offline' });
}

/** Reads what somebody else saved, and stops saving until the user has chosen. */
export async function lookAtTheirs(store: EditorStore): Promise<void> {
  const { slug } = store.getState();
  const newest = await take(api.GET('/campaigns/{slug}', { params: { path: { slug } } })).catch(() => null);
  if (!newest) {
    store.setState({ saving: 'offline' });
    return;
  }
  store.setState({ saving: 'conflict', theirs: { flow: readFlow(newest.draft), revision: newest.revision } });
}

async function problemsOf(slug: string, flow: Flow): Promise<Violation[] | null> {
  try {
    return (await validateDraft(slug, flow)).violations;
  } catch (error) {
    return error instanceof ApiError && error.status === 422 ? shapeProblems(flow, error) : null;
  }
}

/** Fields that the API can't take, told at their nodes: `/body/flow/nodes/3/send_sms/data/content/body`. */
export function shapeProblems(flow: Flow, error: ApiError): Violation[] {
  const found = error.errors.map(({ path, message }) => {
    const index = /\/flow\/nodes\/(\d+)/.exec(path)?.[1];
    const field = path.split('/').findLast((part) => !/^\d*$/.test(part)) ?? '';
    return {
      node_id: index === undefined ? null : (flow.nodes[Number(index)]?.id ?? null),
      edge_id: null,
      ...SHAPE,
      message: `${field.replaceAll('_', ' ')}: ${message}`,
    };
  });
  return found.length > 0 ? found : [{ node_id: null, edge_id: null, ...SHAPE, message: error.message }];
}
