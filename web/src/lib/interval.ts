/** A share of a whole, with the range in which the true rate lies in 95 of 100 such cases. */
export type Rate = { part: number; whole: number; share: number; low: number; high: number };

const Z = 1.959964;

/** Wilson's score interval. Null where there is nothing to take a share of. */
export function rateOf(part: number, whole: number): Rate | null {
  if (whole <= 0) return null;
  const share = Math.min(part / whole, 1);
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * whole)) / (1 + z2 / whole);
  const half = (Z / (1 + z2 / whole)) * Math.sqrt((share * (1 - share)) / whole + z2 / (4 * whole * whole));
  return {
    part,
    whole,
    share,
    low: Math.max(0, Math.min(share, middle - half)),
    high: Math.min(1, Math.max(share, middle + half)),
  };
}

/** Below this, a percentage says more than is known: "2 of 3" is shown instead. */
export const FEW = 20;
