const WIDTH = 160;
const HEIGHT = 36;

/** Days as a small area, without axes: the shape matters, the figures stand above. */
export function Sparkline({ label, values }: { label: string; values: number[] }) {
  const most = Math.max(...values, 1);
  const step = WIDTH / Math.max(values.length - 1, 1);
  const points = values.map((value, index) => {
    const y = HEIGHT - 2 - (value / most) * (HEIGHT - 4);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      style={{ display: 'block', width: '100%', height: HEIGHT, marginTop: 8 }}
    >
      <path d={`${line}L${WIDTH},${HEIGHT}L0,${HEIGHT}Z`} fill="var(--mantine-primary-color-light)" />
      <path
        d={line}
        fill="none"
        stroke="var(--mantine-primary-color-5)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
