import { describe, expect, it } from 'vitest';
import { moveBorder, percents } from './dragging';

const arms = (...weights: number[]) => weights.map((weight, at) => ({ id: `${at}`, weight }));
const weights = (of: { weight: number }[]) => of.map(({ weight }) => weight);

describe('shares', () => {
  it('are whole percents that make a hundred', () => {
    expect(percents(arms(1, 1, 1))).toEqual([34, 33, 33]);
    expect(percents(arms(50, 50))).toEqual([50, 50]);
    expect(percents(arms(1000, 1)).every((each) => each >= 1)).toBe(true);
  });

  it('move between the two arms beside a border', () => {
    expect(weights(moveBorder(arms(50, 50), 0, 70))).toEqual([70, 30]);
    expect(weights(moveBorder(arms(20, 30, 50), 1, 40))).toEqual([20, 20, 60]);
  });

  it('leave every arm something', () => {
    expect(weights(moveBorder(arms(20, 30, 50), 0, -40))).toEqual([1, 49, 50]);
    expect(weights(moveBorder(arms(20, 30, 50), 1, 400))).toEqual([20, 79, 1]);
  });
});
