import i18next from 'i18next';
import createClient, { type Middleware } from 'openapi-fetch';
import { saySentence } from '@/lib/sentences';
import { noteReachable } from './reachable';
import type { paths } from './schema';
import { currentKey } from './session';
import type { Schemas, Violation } from './types';

/** An error answer of the API, or no answer at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];
  readonly violations: Violation[];
  readonly revision: number | null;

  constructor(problem: Problem) {
    const errors = (problem.errors ?? []).map(({ path, message, said }) => ({ path, message: inWords(message, said) }));
    super(detailOf(problem, errors));
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code ?? (problem.status >= 500 ? 'internal' : 'unknown');
    this.errors = errors;
    const extra = problem as { violations?: Violation[]; revision?: number };
    this.violations = extra.violations ?? [];
    this.revision = extra.revision ?? null;
  }
}

/** The sentences that errors are told in; without them they are told as the server wrote them. */
const texts = () => i18next.loadNamespaces('sentences').catch(() => undefined);

type Problem = Partial<Schemas['Problem']> & { status: number };

/** In the language that the reader has now, where the server gave the sentence's code. */
const inWords = (text: string, said: Schemas['LocalizedText'] | null | undefined) =>
  (said && saySentence(said, i18next)) ?? text;

function detailOf(problem: Problem, errors: { path: string; message: string }[]): string {
  const fields = !problem.said && problem.errors?.some((each) => each.said);
  if (fields)
    return errors
      .slice(0, 3)
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; ');
  return inWords(problem.detail ?? problem.title ?? `HTTP ${problem.status}`, problem.said);
}

const authorise: Middleware = {
  onRequest({ request }) {
    const key = currentKey();
    if (key) request.headers.set('Authorization', `Bearer ${key}`);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(authorise);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer's data; throws ApiError for an error answer, or when nobody answers. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch {
    noteReachable(false);
    throw new ApiError({ status: 0, code: 'offline', detail: 'The server does not answer' });
  }
  noteReachable(true);
  if (!answer.response.ok) {
    await texts();
    const problem = typeof answer.error === 'object' && answer.error !== null ? answer.error : {};
    throw new ApiError({ ...problem, status: answer.response.status });
  }
  return answer.data as T;
}
