import { describe, expect, it } from 'vitest';
import type { Effect, Experiment } from '@/api/experiments';
import { labelOf, metricsOf, verdictOf } from './figures';

const effect = (part: Partial<Effect>): Effect => ({
  arm: 'b',
  metric: 0,
  effect: 0.02,
  low: 0.01,
  high: 0.03,
  lift: 0.1,
  fixed_low: 0.012,
  fixed_high: 0.028,
  win_p: 1,
  harm_p: 1,
  better: false,
  worse: false,
  cut: 0,
  ...part,
});
const running: Pick<Experiment, 'state' | 'decisions'> = { state: 'running', decisions: [] };

describe('what is said of an arm', () => {
  it('is nothing before there are enough customers', () => {
    expect(verdictOf(effect({ low: null, high: null, better: true }), running)).toBe('few');
  });

  it('follows the server, not the interval', () => {
    expect(verdictOf(effect({}), running)).toBe('open');
    expect(verdictOf(effect({ better: true }), running)).toBe('better');
    expect(verdictOf(effect({ worse: true }), running)).toBe('worse');
  });

  it('is inconclusive once the experiment ended so', () => {
    const step = {
      step: 2,
      kind: 'inconclusive' as const,
      arm: null,
      ramp: null,
      look: 3,
      reason: 'x',
      at: '2026-01-01',
    };
    expect(verdictOf(effect({}), { state: 'stopped', decisions: [step] })).toBe('inconclusive');
    expect(verdictOf(effect({}), { state: 'stopped', decisions: [] })).toBe('open');
  });
});

describe('metrics', () => {
  it('are numbered as effects number them', () => {
    const metric = { event: 'e', value: 'any' as const, better: 'more' as const, within_hours: 1, margin: 0 };
    const plan = {
      primary: metric,
      secondary: [metric],
      guardrails: [metric, metric],
    } as unknown as Experiment['plan'];
    expect(metricsOf({ plan }).map(({ index, role }) => [index, role])).toEqual([
      [0, 'primary'],
      [1, 'secondary'],
      [2, 'guardrail'],
      [3, 'guardrail'],
    ]);
  });

  it('name arms by their label, or their id', () => {
    const arms = [
      { arm: 'a', label: 'Short' },
      { arm: 'b', label: '' },
    ];
    expect([labelOf(arms, 'a'), labelOf(arms, 'b'), labelOf(arms, 'c')]).toEqual(['Short', 'b', 'c']);
  });
});
