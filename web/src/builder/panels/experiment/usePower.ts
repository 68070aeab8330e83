import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { askPower, askTraffic } from '@/api/experiments';
import { effectOf, type Form } from './form';

/** What is assumed of a share where the campaign has not enough customers yet. */
const ASSUMED = 0.2;

/** How many customers and days it takes at this campaign's own traffic and rate. */
export function usePower(slug: string, form: Form, arms: number) {
  const [asked] = useDebouncedValue(JSON.stringify([form.primary, effectOf(form), form.win]), 300);
  const ready = form.primary.event.trim() !== '' && form.effect > 0;
  const traffic = useQuery({
    queryKey: ['experiments', 'traffic', slug, asked],
    queryFn: () => askTraffic({ campaign: slug, metric: form.primary }),
    enabled: ready,
  });
  const mean = traffic.data?.mean ?? null;
  const known = mean !== null && mean > 0;
  const isShare = form.primary.value === 'any';
  const baseline = known ? mean : ASSUMED;
  const variance = known && !isShare ? traffic.data?.variance : null;
  const power = useQuery({
    queryKey: ['experiments', 'power', slug, asked, arms, baseline],
    queryFn: () =>
      askPower({
        baseline,
        effect: effectOf(form),
        variance: variance ?? null,
        arms,
        daily: traffic.data?.daily ?? 0,
        power: 0.8,
        win: form.win,
      }),
    enabled: ready && traffic.isSuccess && (isShare || (known && Boolean(variance))),
  });
  return { power: power.data, error: power.error ?? traffic.error, baseline, known, daily: traffic.data?.daily ?? 0 };
}
