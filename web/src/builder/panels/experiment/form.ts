import type { Metric, Plan } from '@/api/experiments';
import type { DataOf } from '@/api/types';

export type Arms = DataOf<'random_split'>['arms'];

/** What the form holds; `effect` is in points for shares, on the metric's own scale otherwise. */
export type Form = {
  name: string;
  hypothesis: string;
  control: string;
  primary: Metric;
  guardrails: string[];
  effect: number;
  customers: number | null;
  win: 'at_end' | 'any_look';
  automatic: boolean;
  fold: boolean;
};

const POINTS = 100;
const LEAST = 200;

export const metricOf = (event: string, part: Partial<Metric> = {}): Metric => ({
  event,
  value: 'any',
  better: 'more',
  within_hours: 168,
  margin: 0,
  ...part,
});

export const begin = (arms: Arms): Form => ({
  name: '',
  hypothesis: '',
  control: (arms.find(({ holdout }) => holdout) ?? arms[0])?.id ?? '',
  primary: metricOf('message_opened'),
  guardrails: ['message_unsubscribed', 'message_complained'],
  effect: 2,
  customers: null,
  win: 'any_look',
  automatic: true,
  fold: false,
});

/** The smallest effect on the metric's own scale. */
export const effectOf = ({ primary, effect }: Pick<Form, 'primary' | 'effect'>) =>
  primary.value === 'any' ? effect / POINTS : effect;

/** The plan that the API takes; `customers` is what the calculation came to. */
export function planOf(form: Form, customers: number): Plan {
  return {
    hypothesis: form.hypothesis.trim(),
    control: form.control,
    primary: form.primary,
    secondary: [],
    guardrails: form.guardrails.map((event) =>
      metricOf(event, { better: 'less', within_hours: form.primary.within_hours }),
    ),
    planned_customers: Math.max(Math.round(form.customers ?? customers), LEAST),
    minimum_detectable_effect: effectOf(form),
    win: form.win,
    automatic: form.automatic,
    fold: form.fold,
    look_hours: 1,
    ramp_hours: 24,
  };
}

export const isComplete = (form: Form) =>
  form.name.trim() !== '' && form.hypothesis.trim() !== '' && form.primary.event.trim() !== '' && form.effect > 0;
