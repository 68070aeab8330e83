import type { DataOf, NodeKind } from '@/api/types';

/** What the form of a kind of node is given. */
export type EditProps<K extends NodeKind> = {
  id: string;
  data: DataOf<K>;
  /** Takes the changed parts of the node's data. */
  change: (part: Partial<DataOf<K>>) => void;
};
