import type { TFunction } from 'i18next';
import type { ComponentType, LazyExoticComponent } from 'react';
import type { DataOf, NodeKind } from '@/api/types';

export type KindText = TFunction<['kinds', 'app']>;
export type Group = 'start' | 'message' | 'time' | 'decide' | 'data' | 'end';

/** What a description may name beside the node itself. */
export type Words = {
  t: KindText;
  language: string;
  /** Name of a template or segment; undefined while it is being read, null when there is none. */
  template: (id: string) => string | null | undefined;
  segment: (id: string) => string | null | undefined;
};

export type EditProps<K extends NodeKind> = {
  id: string;
  data: DataOf<K>;
  /** Takes the changed parts of the node's data. */
  change: (part: Partial<DataOf<K>>) => void;
};

/** All that the builder knows of a kind of node. One file a kind; `kinds/index.ts` lists them. */
export type Kind<K extends NodeKind> = {
  type: K;
  group: Group;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  colour: string;
  /** What a new node holds: valid, if unfinished. */
  create: (t: KindText) => DataOf<K>;
  /** One line for the node's card. */
  describe: (data: DataOf<K>, words: Words) => string;
  Edit: LazyExoticComponent<ComponentType<EditProps<K>>>;
};

/** What every node's data starts with. */
export const UNNAMED = { label: '', notes: '' };
