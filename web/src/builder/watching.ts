import { api, take } from '@/api/client';
import { record } from './graph/history';
import { readFlow } from './graph/read';
import type { EditorStore } from './store';

const LOOK_EVERY = 15_000;

/**
 * Looks whether somebody else saved, now and then and when the page is looked at again. Where nothing is unsaved here,
 * the newest takes its place, one undo away; otherwise the user is asked, before they do more work. Returns how to stop.
 */
export function keepCurrent(store: EditorStore, tell: () => void): () => void {
  async function look(): Promise<void> {
    const { slug, revision, saving, theirs } = store.getState();
    if (document.hidden || saving === 'saving' || theirs) return;
    const newest = await take(api.GET('/campaigns/{slug}', { params: { path: { slug } } })).catch(() => null);
    const now = store.getState();
    // What was saved from here meanwhile is no news.
    if (!newest || newest.revision <= revision || now.revision !== revision || now.saving === 'saving' || now.theirs)
      return;
    const flow = readFlow(newest.draft);
    if (now.history.present !== now.saved) {
      store.setState({ saving: 'conflict', theirs: { flow, revision: newest.revision } });
      return;
    }
    store.setState({ saved: flow, revision: newest.revision, history: record(now.history, flow) });
    tell();
  }

  const timer = setInterval(look, LOOK_EVERY);
  const seen = () => void look();
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('focus', seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('focus', seen);
  };
}
