import { expect, it } from 'vitest';
import { copy, paste, readFragment } from './clipboard';
import { draw, ways } from './fixtures';

const flow = () => draw({ a: 'entry', b: 'send_push', c: 'check', d: 'end' }, 'a>b', 'b>c', 'c>d:else');
const renamed = (prefix: string) => `${prefix}_copy`;

it('copies nodes with the edges between them, never the entry', () => {
  const fragment = copy(flow(), ['a', 'b', 'c']);
  expect(fragment.nodes.map((node) => node.id)).toEqual(['b', 'c']);
  expect(fragment.edges.map((each) => each.id)).toEqual(['b:next']);
});

it('pastes under new ids, and leaves what was there alone', () => {
  const [pasted, ids] = paste(flow(), copy(flow(), ['b', 'c']), { x: 5, y: 6 }, renamed);
  expect(ids).toEqual(['send_push_copy', 'check_copy']);
  expect(ways(pasted)).toEqual([...ways(flow()), 'send_push_copy>check_copy'].sort());
  expect(pasted.nodes.find((node) => node.id === 'check_copy')?.position).toEqual({ x: 605, y: 6 });
});

it('lets questions about a copied message ask about the copy', () => {
  const asking = flow();
  const check = asking.nodes[2];
  if (check?.type !== 'check') throw new Error('the fixture has changed');
  const condition = {
    kind: 'engagement',
    action: 'opened',
    node_id: 'b',
    this_journey: false,
    machine: false,
  } as const;
  check.data = { ...check.data, branches: [{ id: 'opened', label: '', condition }] };
  const [pasted] = paste(asking, copy(asking, ['b', 'c']), { x: 0, y: 0 }, renamed);
  const copied = pasted.nodes.find((node) => node.id === 'check_copy');
  expect(copied?.type === 'check' && copied.data.branches[0]?.condition).toMatchObject({ node_id: 'send_push_copy' });
  const [alone] = paste(asking, copy(asking, ['c']), { x: 0, y: 0 }, renamed);
  const still = alone.nodes.find((node) => node.id === 'check_copy');
  expect(still?.type === 'check' && still.data.branches[0]?.condition).toMatchObject({ node_id: 'b' });
});

it.each(['', 'hello', '{"format":"other"}', '[]', 'null'])('takes no fragment from %j', (text) => {
  expect(readFragment(text)).toBeNull();
});

it('reads back what it wrote', () => {
  const fragment = copy(flow(), ['b']);
  expect(readFragment(JSON.stringify(fragment))).toEqual(fragment);
});
