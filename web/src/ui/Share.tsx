import { Tooltip } from '@mantine/core';
import { FEW, rateOf } from '@/lib/interval';
import { useFormat } from '@/lib/useFormat';

/** A share of a whole: the number, and in what range the true one lies for whoever points at it or hears it. */
export function Share({ part, of }: { part: number; of: number }) {
  const { percent, rate } = useFormat();
  const found = rateOf(part, of);
  if (found === null || of < FEW) return rate(part, of);
  const range = rate(part, of);
  return (
    <Tooltip label={range}>
      <span className="share">
        <span aria-hidden>{percent(found.share)}</span>
        <span className="visually-hidden">{range}</span>
      </span>
    </Tooltip>
  );
}
