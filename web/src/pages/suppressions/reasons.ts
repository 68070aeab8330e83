/** Why an address comes on the list, as the API writes it; it may write others one day. */
export const REASONS = ['hard_bounce', 'soft_bounces', 'complaint', 'stop', 'manual'] as const;

export type Reason = (typeof REASONS)[number] | 'other';

export const reasonOf = (written: string): Reason => REASONS.find((each) => each === written) ?? 'other';

/** The owner said so: to write to them again against it breaks the law in most places. */
export const isTheirWord = (reason: Reason) => reason === 'complaint' || reason === 'stop';
