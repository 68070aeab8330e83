import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { localeOf } from '@/lib/locale';
import type { Words } from './kinds/kind';

const ALL = { params: { query: { limit: 200 } } };

export const useTemplates = () =>
  useQuery({ queryKey: ['templates'], queryFn: () => take(api.GET('/templates', ALL)), staleTime: 30_000 });

export const useSegments = () =>
  useQuery({ queryKey: ['segments'], queryFn: () => take(api.GET('/segments', ALL)), staleTime: 30_000 });

const NOTHING: Schemas['DataDictionary'] = {
  events: [],
  properties: {},
  attributes: [],
  traits: [],
  tags: [],
  event_counts: {},
  values: {},
};

/** Names that occur in the data; none while they are being read. */
export function useKnownNames() {
  const found = useQuery({
    queryKey: ['known-names'],
    queryFn: () => take(api.GET('/data-dictionary')),
    staleTime: 300_000,
  });
  return found.data ?? NOTHING;
}

/** What node descriptions need: texts, and the names of templates and segments. */
export function useWords(): Words {
  const { t, i18n } = useTranslation(['kinds', 'app']);
  const templates = useTemplates().data;
  const segments = useSegments().data;
  return useMemo(() => {
    const finder = (items: { id: string; name: string }[] | undefined) => (id: string) =>
      items ? (items.find((item) => item.id === id)?.name ?? null) : undefined;
    return {
      t,
      language: localeOf(i18n.language),
      template: finder(templates?.items),
      segment: finder(segments?.items),
    };
  }, [t, i18n.language, templates, segments]);
}
