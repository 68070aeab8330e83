/** The value of a token of app/tokens.css, for what is drawn outside of CSS. */
export const token = (name: `--${string}`): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const MANY = 8;

/** Colours of a chart's lines, in order: each shows on white and on black. */
export const lines = (): string[] => Array.from({ length: MANY }, (_, index) => token(`--chart-${index + 1}`));
