import { describe, expect, it } from 'vitest';
import { branchesOf, hiddenBy, opened, visible } from './collapse';
import { draw } from './fixtures';

/** Two branches of a check that meet again, the left one of two steps of its own. */
const fork = () =>
  draw(
    { a: 'entry', k: 'check', p: 'send_push', w: 'wait', q: 'send_email', z: 'end' },
    'a>k',
    'k>p:opened',
    'p>w',
    'w>z',
    'k>q:else',
    'q>z',
  );

describe('branches', () => {
  it('hold what can be reached by them alone', () => {
    const found = branchesOf(fork());
    expect([...found.keys()].sort()).toEqual(['k:else', 'k:opened']);
    expect([...(found.get('k:opened') ?? [])].sort()).toEqual(['p', 'w']);
    expect([...(found.get('k:else') ?? [])]).toEqual(['q']);
  });

  it('that are put away hide their steps and ways, not what others lead to', () => {
    const shown = visible(fork(), new Set(['k:opened']));
    expect(shown.nodes.map(({ id }) => id)).toEqual(['a', 'k', 'q', 'z']);
    expect(shown.edges.map(({ id }) => id)).toEqual(['a:next', 'k:else', 'q:next']);
  });

  it('hide what they lead to together when both are put away', () =>
    expect([...hiddenBy(fork(), new Set(['k:opened', 'k:else']))].sort()).toEqual(['p', 'q', 'w', 'z']));

  it('open when a step of theirs is chosen', () => {
    const both = new Set(['k:opened', 'k:else']);
    expect([...opened(fork(), both, new Set(['w']))]).toEqual(['k:else']);
    expect([...opened(fork(), both, new Set(['z']))]).toEqual([]);
    expect(opened(fork(), both, new Set(['k']))).toBe(both);
  });

  it('that are not of this flow hide nothing', () => {
    const flow = fork();
    expect(visible(flow, new Set(['gone:next']))).toBe(flow);
  });

  it('go round in circles without end', () => {
    const circle = draw({ a: 'entry', k: 'check', p: 'wait', z: 'end' }, 'a>k', 'k>p:opened', 'p>k', 'k>z:else');
    expect([...(branchesOf(circle).get('k:opened') ?? [])]).toEqual(['p']);
  });
});
