import type { Attribution } from '@/api/reports';

export const MODELS = ['first', 'last', 'linear', 'position', 'time_decay', 'markov', 'shapley'] as const;
export type Player = Attribution['players'][number];
