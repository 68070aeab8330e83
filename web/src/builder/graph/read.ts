import type { Flow, Schemas } from '@/api/types';
import { arranged, chosenDirection } from './direction';
import { filledIn } from './model';

/** The API's flow as it is shown: its optional parts filled in, drawn in the reader's direction. */
export const readFlow = (flow: Schemas['Flow']): Flow => arranged(filledIn(flow), chosenDirection());
