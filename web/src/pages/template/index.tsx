import { Alert, Button, Grid, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ApiError, api, take } from '@/api/client';
import { useMay } from '@/api/me';
import type { Campaign, Content, Schemas } from '@/api/types';
import { ContentFields } from '@/builder/content/ContentFields';
import { emptyFlow } from '@/builder/graph/model';
import { createEditor, EditorContext } from '@/builder/store';
import { Broken } from '@/ui/Broken';
import { Fields } from '@/ui/Fields';
import { Loading } from '@/ui/Loading';
import { Page } from '@/ui/Page';
import { Problem } from '@/ui/Problem';
import { Remove } from './Remove';

const Preview = lazy(() => import('@/builder/content/Preview'));

type Template = Schemas['TemplateView'];

/** The builder's fields ask the drawing which coupons it gives; a template belongs to no drawing. */
const NO_DRAWING = createEditor({ slug: '', revision: 1 } as Campaign, emptyFlow(), true);

export function Component() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['template', id],
    queryFn: () => take(api.GET('/templates/{template_id}', { params: { path: { template_id: id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Broken query={found} back="/templates" />;
  return (
    <EditorContext.Provider value={NO_DRAWING}>
      <Edit key={found.data.revision} template={found.data} again={() => found.refetch()} />
    </EditorContext.Provider>
  );
}

function Edit({ template, again }: { template: Template; again: () => void }) {
  const { t } = useTranslation(['templates', 'app']);
  const may = useMay('marketer');
  const client = useQueryClient();
  const [name, setName] = useState(template.name);
  const [content, setContent] = useState<Content>(template.content);
  const changed = name !== template.name || JSON.stringify(content) !== JSON.stringify(template.content);
  const saving = useMutation({
    mutationFn: () =>
      take(
        api.PATCH('/templates/{template_id}', {
          params: { path: { template_id: template.id } },
          body: { revision: template.revision, name: name.trim(), content },
        }),
      ),
    onSuccess: async (saved) => {
      client.setQueryData(['template', template.id], saved);
      await client.invalidateQueries({ queryKey: ['templates'] });
      notifications.show({ message: t('templates:saved', { name: saved.name }) });
    },
  });
  const overtaken = saving.error instanceof ApiError && saving.error.code === 'revision_conflict';

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <Page title={template.name} actions={<Remove template={template} />}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <form onSubmit={submit}>
            <Fields disabled={!may}>
              <Alert variant="light">{t('templates:frozen')}</Alert>
              <TextInput
                label={t('templates:name')}
                required
                maxLength={120}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <ContentFields content={content} onChange={setContent} />
              {overtaken ? (
                <Alert color="yellow" title={t('templates:overtaken')}>
                  <Group>
                    <Button size="xs" variant="default" onClick={again}>
                      {t('templates:theirs')}
                    </Button>
                  </Group>
                </Alert>
              ) : (
                saving.error && <Problem error={saving.error} />
              )}
              {may && (
                <Group justify="flex-end">
                  <Button type="submit" loading={saving.isPending} disabled={!changed || name.trim() === ''}>
                    {t('app:save')}
                  </Button>
                </Group>
              )}
            </Fields>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Suspense fallback={<Loading />}>
            <Preview content={content} />
          </Suspense>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
