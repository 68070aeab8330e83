import type { Campaign } from '@/api/types';
import { readBackup } from './backup';
import { same } from './graph/diff';
import { record } from './graph/history';
import { readFlow } from './graph/read';
import { createEditor, type EditorStore } from './store';

/** An editor of the campaign's draft, with what this browser had not saved when it was last closed. */
export function openEditor(campaign: Campaign, readOnly: boolean): EditorStore {
  const draft = readFlow(campaign.draft);
  const store = createEditor(campaign, draft, readOnly);
  const backup = readOnly ? null : readBackup(campaign.slug);
  if (!backup || same(backup.flow, draft)) return store;
  store.setState((now) => ({ history: record(now.history, backup.flow), saving: 'unsaved' }));
  if (backup.revision !== campaign.revision) {
    store.setState({
      saved: backup.base,
      revision: backup.revision,
      theirs: { flow: draft, revision: campaign.revision },
      saving: 'conflict',
    });
  }
  return store;
}
