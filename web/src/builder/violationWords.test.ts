import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import type { FlowNode, Violation } from '@/api/types';
import italian from '@/i18n/it';
import { sayViolation } from './violationWords';

const nodes = [
  { id: 'n1', type: 'check', position: { x: 0, y: 0 }, data: { label: 'Chi è?', notes: '', branches: [] } },
  { id: 'n2', type: 'end', position: { x: 0, y: 0 }, data: { label: '', notes: '', reason: 'completed' } },
] as unknown as FlowNode[];
const say = (violation: Partial<Violation>) =>
  sayViolation({ node_id: 'n1', code: '', sentence: '', params: {}, message: '', ...violation }, nodes, i18next);

beforeAll(() => i18next.init({ lng: 'it', resources: { it: italian }, interpolation: { escapeValue: false } }));

it('names steps, ways and channels as people know them', () => {
  expect(say({ sentence: 'port_open_by', params: { step: 'n1', port: 'else' } })).toContain('“Chi è?”');
  expect(say({ sentence: 'port_open_by', params: { step: 'n1', port: 'else' } })).not.toContain('else');
  expect(say({ sentence: 'cycle_without_wait', params: { steps: ['n1', 'n2'] } })).toContain('“Chi è?”, “Fine”');
  expect(say({ sentence: 'channel_not_offered', params: { step: 'n1', channel: 'silent_push' } })).toContain(
    'Push silenziosa',
  );
});

it('names the fields of a content as their form does', () => {
  const params = { step: 'n1', field: 'subject', line: '2', name: 'FirstNam', like: 'FirstName' };
  expect(say({ sentence: 'template_problem_variable_like', params })).toMatch(/Oggetto, riga 2: FirstNam .*FirstName/);
  expect(say({ sentence: 'template_problem_filter', params: { ...params, field: 'header X' } })).toContain('header X:');
});

it('says where a question is asked', () => {
  expect(say({ sentence: 'condition_empty', params: { place: 'branch', at: 'n1', branch: 'sì' } })).toMatch(
    /^“Chi è\?”, ramo 'sì': un “almeno una di queste”/,
  );
  expect(say({ sentence: 'trigger_missing', params: { place: 'goal' } })).toMatch(/^Obiettivo: chiede dell'evento/);
});

it('falls back on the words of the API for a sentence that it does not know', () => {
  expect(say({ sentence: 'of_tomorrow', message: '"n1" is too new: wait.' })).toBe('“Chi è?” is too new: wait.');
});
