import { createTheme } from '@mantine/core';
import type { FocusEvent } from 'react';

/** A dialog's <header> is none of the page's. */
const dialog = (close: string) => ({
  closeButtonProps: { 'aria-label': close },
  attributes: { header: { role: 'presentation' } },
});

/** Shades chosen so that text on them passes WCAG AA in light and dark. `close` names the cross of dialogs and notices. */
export const themeOf = (close: string) =>
  createTheme({
    primaryColor: 'indigo',
    primaryShade: { light: 7, dark: 7 },
    defaultRadius: 'md',
    cursorType: 'pointer',
    fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
    headings: { fontWeight: '650' },
    components: {
      Modal: { defaultProps: dialog(close) },
      Drawer: { defaultProps: dialog(close) },
      Notification: { defaultProps: { closeButtonProps: { 'aria-label': close } } },
      // Choosing what is chosen already keeps it; a clearable one has its cross.
      // What a number was is replaced by what is typed, not added to.
      NumberInput: { defaultProps: { onFocus: (event: FocusEvent<HTMLInputElement>) => event.currentTarget.select() } },
      Select: { defaultProps: { allowDeselect: false } },
      Tooltip: { defaultProps: { withArrow: true, openDelay: 300, withinPortal: false } },
    },
  });
