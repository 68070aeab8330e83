import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
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

/** What a kind of node is and says. One file a kind; `kinds/index.ts` lists them, `panels/index.ts` their forms. */
export type Kind<K extends NodeKind> = {
  type: K;
  group: Group;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  colour: string;
  /** What a new node holds: valid, if unfinished. */
  create: (t: KindText) => DataOf<K>;
  /** One line for the node's card. */
  describe: (data: DataOf<K>, words: Words) => string;
};

/** What every node's data starts with. */
export const UNNAMED = { label: '', notes: '' };
