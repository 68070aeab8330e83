import type { FocusEvent } from 'react';

/** For fields that hold a short value: entering one marks it, so that what is typed replaces it. */
export const marked = {
  onFocus: (event: FocusEvent<HTMLInputElement>) => event.currentTarget.select(),
};
