import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { useState } from 'react';
import { matching } from './matching';

/** A text for which there are suggestions: all of them until something is typed, then those that hold what is typed. */
export function Suggest({ onChange, ...props }: Omit<AutocompleteProps, 'filter' | 'onFocus' | 'onOptionSubmit'>) {
  const [typed, setTyped] = useState(false);
  return (
    <Autocomplete
      limit={80}
      {...props}
      filter={({ options, search, limit }) => matching(options, typed ? search : '', limit)}
      onFocus={(event) => {
        setTyped(false);
        event.currentTarget.select();
      }}
      onOptionSubmit={() => setTyped(false)}
      onChange={(value) => {
        setTyped(true);
        onChange?.(value);
      }}
    />
  );
}
