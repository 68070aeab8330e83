import { describe, expect, it } from 'vitest';
import { DESKTOP, fitted, withoutLinks } from './frame';

describe('a preview', () => {
  it.each([200, 350, DESKTOP, 900])('fills a frame of %i pixels on every screen', (width) => {
    for (const screen of ['mobile', 'desktop'] as const) {
      const { page, scale } = fitted(screen, width);
      expect(page * scale).toBeCloseTo(width);
      expect(scale).toBeLessThanOrEqual(1);
    }
  });

  it('is not drawn before there is room', () => expect(fitted('desktop', 0)).toEqual({ page: 0, scale: 1 }));

  it('fetches nothing from elsewhere', () => {
    const html = `<head><link href="https://fonts.googleapis.com/css?family=Ubuntu" rel="stylesheet">
      <style>@import url(https://fonts.googleapis.com/css?family=Ubuntu); p { color: red }</style></head><p>Hello</p>`;
    expect(withoutLinks(html)).not.toContain('googleapis');
    expect(withoutLinks(html)).toContain('<p>Hello</p>');
    expect(withoutLinks(html)).toContain('p { color: red }');
  });
});
