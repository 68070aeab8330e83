import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client';
import type { Schemas } from './types';

export type Survey = Schemas['SurveyView'];
export type SurveyDefinition = Survey['survey'];
export type Question = SurveyDefinition['questions'][number];
export type Kind = Question['kind'];

export const GROUPS: Record<Exclude<Kind, 'single'>, string[]> = {
  nps: ['promoter', 'passive', 'detractor'],
  csat: ['satisfied', 'neutral', 'dissatisfied'],
  stars: ['satisfied', 'neutral', 'dissatisfied'],
  ces: ['easy', 'neutral', 'hard'],
  yes_no: ['yes', 'no'],
  multiple: ['answered'],
  text: ['answered'],
};

/** What answers to a question fall into. */
export const groupsOf = ({ kind, options }: Question) =>
  kind === 'single' ? (options ?? []).map(({ id }) => id) : GROUPS[kind];

export const surveys = {
  all: () =>
    queryOptions({
      queryKey: ['surveys'],
      queryFn: async () => (await take(api.GET('/surveys', { params: { query: { limit: 200 } } }))).items,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['surveys', id],
      queryFn: () => take(api.GET('/surveys/{survey_id}', { params: { path: { survey_id: id } } })),
    }),
  results: (id: string, wave: number | null) =>
    queryOptions({
      queryKey: ['surveys', id, 'results', wave],
      queryFn: () =>
        take(
          api.GET('/surveys/{survey_id}/results', {
            params: { path: { survey_id: id }, query: wave ? { wave } : {} },
          }),
        ),
    }),
  answers: (id: string, search: string, theme: string | null) =>
    queryOptions({
      queryKey: ['surveys', id, 'answers', search, theme],
      queryFn: async () =>
        (
          await take(
            api.GET('/surveys/{survey_id}/answers', {
              params: {
                path: { survey_id: id },
                query: { words: true, ...(search ? { search } : {}), ...(theme ? { theme } : {}) },
              },
            }),
          )
        ).items,
    }),
};

const path = (survey_id: string) => ({ path: { survey_id } });

export const createSurvey = (body: Schemas['SurveyCreate']) => take(api.POST('/surveys', { body }));
export const updateSurvey = (id: string, body: Schemas['SurveyUpdate']) =>
  take(api.PATCH('/surveys/{survey_id}', { params: path(id), body }));
export const tryLink = (id: string) => take(api.POST('/surveys/{survey_id}/links', { params: path(id), body: {} }));
export const startWave = (id: string, revision: number) =>
  take(api.POST('/surveys/{survey_id}/waves', { params: path(id), body: { revision } }));
export const removeTests = (id: string) => take(api.DELETE('/surveys/{survey_id}/test-answers', { params: path(id) }));
export const analyse = (id: string) => take(api.POST('/surveys/{survey_id}/analysis', { params: path(id) }));
export const changeTheme = (id: string, theme_id: string, body: Schemas['ThemeUpdate']) =>
  take(api.PATCH('/surveys/{survey_id}/themes/{theme_id}', { params: { path: { survey_id: id, theme_id } }, body }));
