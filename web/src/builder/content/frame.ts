/** A desktop's page, in pixels. */
export const DESKTOP = 640;

export type Screen = 'mobile' | 'desktop';

/**
 * How wide a page is drawn in a frame of `width` pixels, and how much smaller: together they fill the frame. A phone is
 * as wide as there is room; a desktop's page is made smaller, and never narrower than the frame.
 */
export function fitted(screen: Screen, width: number): { page: number; scale: number } {
  if (width <= 0) return { page: 0, scale: 1 };
  const page = screen === 'mobile' ? width : Math.max(DESKTOP, width);
  return { page, scale: width / page };
}

/** Looking at a preview tells nobody: fonts from elsewhere stay there. */
export function withoutLinks(html: string): string {
  return html.replace(/<link\b[^>]*>/gi, '').replace(/@import[^;]*;/gi, '');
}
