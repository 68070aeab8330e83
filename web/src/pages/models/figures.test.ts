import { describe, expect, it } from 'vitest';
import type { Model, Outcome } from '@/api/intelligence';
import { byScore, drifted, figureNames, gained, worstDrift } from './figures';

const interval = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
const model = (name: string, state: string, id: string) => ({ id, name, state }) as Model;

describe('how much was gained', () => {
  it('compares what decides, with or without an interval', () => {
    expect(gained({ log_loss: interval(0.3), auc: 0.9 }, { log_loss: interval(0.4), auc: 0.8 })).toBeCloseTo(0.25);
    expect(gained({ rmse: 60 }, { rmse: interval(50) })).toBeCloseTo(-0.2);
  });
  it('says nothing where there is nothing to compare', () => {
    expect(gained({ silhouette: 0.3 }, undefined)).toBeNull();
    expect(gained({ log_loss: 0.3 }, { log_loss: 0 })).toBeNull();
  });
});

it('takes the worst of features and score for the drift', () => {
  expect(worstDrift({ features: { recency: 0.02, orders: 0.3 }, score: 0.1 })).toBe(0.3);
  expect(worstDrift({ score: 0.4 })).toBe(0.4);
  expect(worstDrift({})).toBeNull();
});

it.each([
  [null, 'none'],
  [0, 'calm'],
  [0.1, 'some'],
  [0.25, 'much'],
])('calls a drift of %s %s', (index, name) => expect(drifted(index)).toBe(name));

it('gives each score one row, with the model in use and what its last training came to', () => {
  const models = [
    model('churn', 'challenger', 'c2'),
    model('churn', 'champion', 'c1'),
    model('ltv_90', 'retired', 'l1'),
  ];
  const outcomes = [
    { name: 'churn', why: 'takes over' },
    { name: 'open_push', why: 'not learned' },
  ] as Outcome[];
  const rows = byScore(models, outcomes);
  expect(rows.map(({ name, used, newest, outcome }) => [name, used?.id, newest?.id, outcome?.why])).toEqual([
    ['churn', 'c1', 'c2', 'takes over'],
    ['ltv_90', undefined, 'l1', undefined],
    ['open_push', undefined, undefined, 'not learned'],
  ]);
});

it('names every figure once', () => {
  expect(figureNames({ auc: 0.8 }, { beside: { baseline: { auc: 0.7, log_loss: 0.3 } } })).toEqual(['auc', 'log_loss']);
});
