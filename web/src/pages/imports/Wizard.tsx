import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, take } from '@/api/client';
import type { Schemas } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { Problem } from '@/ui/Problem';
import { Columns } from './Columns';
import { Consent, isAnswered, type Said } from './Consent';
import { Look } from './Look';
import { Upload } from './Upload';

export type Inspection = Schemas['InspectionView'];
export type Asked = Schemas['Asked'];

/** A file, what was understood of it, what it is to be read as, and the word of those in it. */
export function Wizard() {
  const [seen, setSeen] = useState<Inspection | null>(null);
  return seen ? <Check seen={seen} onSeen={setSeen} /> : <Upload onSeen={setSeen} />;
}

function Check({ seen, onSeen }: { seen: Inspection; onSeen: (seen: Inspection | null) => void }) {
  const { t } = useTranslation('imports');
  const navigate = useNavigate();
  const client = useQueryClient();
  const say = useSay();
  const [asked, setAsked] = useState<Asked>(seen.mapping);
  const [live, setLive] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const path = { import_id: seen.id };
  const again = useMutation({
    mutationFn: (mapping: Asked) => take(api.POST('/imports/{import_id}/inspect', { params: { path }, body: mapping })),
    onSuccess: onSeen,
  });
  const starting = useMutation({
    mutationFn: () =>
      take(
        api.POST('/imports/{import_id}/start', {
          params: { path },
          body: { mapping: asked, live, consent: said },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['imports'] });
      navigate(`/imports/${seen.id}`);
    },
  });
  const leaving = useMutation({
    mutationFn: () => take(api.POST('/imports/{import_id}/stop', { params: { path } })),
    onSettled: () => onSeen(null),
  });
  function change(next: Asked) {
    setAsked(next);
    again.mutate(next);
  }
  const unanswered = seen.kind === 'customers' && !isAnswered(said);
  return (
    <Stack>
      {seen.problem && <Alert color="red">{say(seen.problem, seen.problem_said)}</Alert>}
      <Columns seen={seen} asked={asked} onChange={change} />
      {again.error && <Problem error={again.error} />}
      <Look seen={seen} />
      <Consent kind={seen.kind} said={said} onSaid={setSaid} live={live} onLive={setLive} />
      {starting.error && <Problem error={starting.error} />}
      <Group justify="flex-end">
        {unanswered && (
          <Text size="sm" c="dimmed">
            {t('consentMissing')}
          </Text>
        )}
        <Button variant="default" loading={leaving.isPending} onClick={() => leaving.mutate()}>
          {t('cancel')}
        </Button>
        <Button
          loading={starting.isPending}
          disabled={unanswered || seen.problem !== '' || again.isPending}
          onClick={() => starting.mutate()}
        >
          {t('start')}
        </Button>
      </Group>
    </Stack>
  );
}
