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
    fontFamily: 'var(--font-family)',
    fontFamilyMonospace: 'var(--font-mono)',
    fontSizes: {
      xs: 'var(--text-xs)',
      sm: 'var(--text-sm)',
      md: 'var(--text-md)',
      lg: 'var(--text-lg)',
      xl: 'var(--text-xl)',
    },
    spacing: {
      xs: 'var(--space-2)',
      sm: 'var(--space-3)',
      md: 'var(--space-4)',
      lg: 'var(--space-6)',
      xl: 'var(--space-8)',
    },
    radius: { sm: 'var(--radius-sm)', md: 'var(--radius-md)', lg: 'var(--radius-lg)' },
    headings: {
      fontWeight: '650',
      sizes: {
        h1: { fontSize: 'var(--text-2xl)', lineHeight: '1.25' },
        h2: { fontSize: 'var(--text-2xl)', lineHeight: '1.25' },
        h3: { fontSize: 'var(--text-lg)', lineHeight: '1.35' },
        h4: { fontSize: 'var(--text-md)', lineHeight: '1.4' },
        h5: { fontSize: 'var(--text-sm)', lineHeight: '1.4' },
      },
    },
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
