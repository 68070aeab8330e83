import { Alert, Button, Grid, Group, Paper, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { contact, savePolicy } from '@/api/contact';
import type { Schemas } from '@/api/types';
import { type Policy, same, shut, wrong } from '@/contact/policy';
import { useFormat } from '@/lib/useFormat';
import { Problem } from '@/ui/Problem';
import { Conflict } from './Conflict';
import { Fields } from './Fields';
import { InWords } from './InWords';
import { Leaving } from './Leaving';

type Saved = Schemas['PolicyView'];
/** What was changed here, and the revision that it was changed from. */
type Draft = { policy: Policy; base: Saved };

/** The limits as a form, beside what they come to. Nothing holds before it is saved. */
export function Editor({ saved }: { saved: Saved }) {
  const { t } = useTranslation(['contacting', 'app']);
  const { list } = useFormat();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  const policy = draft?.policy ?? saved.policy;
  const dirty = draft !== null && !same(draft.policy, draft.base.policy);
  const faults = wrong(policy);
  const closed = shut(policy);

  const saving = useMutation({
    mutationFn: ({ policy, base }: Draft) => savePolicy(policy, base.revision),
    onSuccess: (now) => {
      client.setQueryData(contact.policy().queryKey, now);
      setDraft(null);
      notifications.show({ message: t('contacting:policy.saved') });
    },
    onError: () => client.invalidateQueries({ queryKey: contact.policy().queryKey }),
  });
  const overtaken = saving.error instanceof ApiError && saving.error.status === 409;

  function change(next: Policy) {
    setDraft({ policy: next, base: draft?.base ?? saved });
  }
  function discard() {
    setDraft(null);
    saving.reset();
  }

  return (
    <>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Fields policy={policy} onChange={change} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Stack style={{ position: 'sticky', top: 68 }}>
            <InWords policy={policy} unsaved={dirty} />
            {closed.length > 0 && (
              <Alert color="red" title={closed.includes(null) && t('contacting:policy.shut')}>
                {closed.includes(null)
                  ? t('contacting:policy.shutAll')
                  : t('contacting:policy.shutSome', {
                      channels: list(closed.map((each) => t(`app:channel.${each ?? 'email'}`))),
                    })}
              </Alert>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      {saving.error && !overtaken && <Problem error={saving.error} />}
      {overtaken && draft && (
        <Conflict
          theirs={saved}
          mine={draft.policy}
          busy={saving.isPending || saved.revision === draft.base.revision}
          takeTheirs={discard}
          keepMine={() => saving.mutate({ policy: draft.policy, base: saved })}
        />
      )}
      {dirty && !overtaken && (
        <Paper withBorder shadow="md" p="sm" mt="md" style={{ position: 'sticky', bottom: 8, zIndex: 10 }}>
          <Group justify="space-between">
            <Text size="sm" fw={faults.length ? 600 : undefined}>
              {faults.length
                ? faults.map((fault) => t(`contacting:wrong.${fault}`)).join(' ')
                : t('contacting:policy.unsaved')}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={discard} disabled={saving.isPending}>
                {t('contacting:policy.discard')}
              </Button>
              <Button
                disabled={faults.length > 0}
                loading={saving.isPending}
                onClick={() => draft && saving.mutate(draft)}
              >
                {t('contacting:policy.save')}
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
      <Leaving dirty={dirty} />
    </>
  );
}
