import { Alert, Button, Grid, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { changePromotion, createPromotion, promotions } from '@/api/promotions';
import { InWords } from '@/promotions/InWords';
import { type Promotion, type PromotionView, wrong } from '@/promotions/model';
import { Problem } from '@/ui/Problem';
import { About } from './About';
import { BudgetFields } from './BudgetFields';
import { CodeFields } from './CodeFields';
import { RewardFields } from './RewardFields';
import { RuleFields } from './RuleFields';
import { ScheduleFields } from './ScheduleFields';
import { StackingFields } from './StackingFields';

type Props = { saved: PromotionView | null; name: string; promotion: Promotion };

/** A promotion as a form, beside what it comes to in words. */
export function Editor({ saved, name: given, promotion: start }: Props) {
  const { t } = useTranslation(['promotions', 'app']);
  const [name, setName] = useState(given);
  const [promotion, setPromotion] = useState(start);
  const saving = useSaving(saved);
  const faults = wrong(name, promotion);
  const put = (part: Partial<Promotion>) => setPromotion({ ...promotion, ...part });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (faults.length === 0) saving.mutate({ name: name.trim(), promotion });
  }
  return (
    <form onSubmit={submit}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <About
              name={name}
              setName={setName}
              promotion={promotion}
              put={put}
              started={saved !== null && saved.state !== 'draft'}
            />
            <RewardFields promotion={promotion} put={put} />
            <RuleFields promotion={promotion} put={put} />
            <ScheduleFields promotion={promotion} put={put} />
            <CodeFields promotion={promotion} put={put} />
            <BudgetFields promotion={promotion} put={put} />
            <StackingFields promotion={promotion} put={put} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack style={{ position: 'sticky', top: 68 }}>
            <InWords promotion={promotion} />
            {saving.error && <Problem error={saving.error} />}
            {faults.length > 0 && (
              <Alert color="gray">{faults.map((fault) => t(`promotions:wrong.${fault}`)).join(' ')}</Alert>
            )}
            <Group justify="flex-end">
              <Button component={Link} to={saved ? `/promotions/${saved.id}` : '/promotions'} variant="default">
                {t('app:cancel')}
              </Button>
              <Button type="submit" loading={saving.isPending} disabled={faults.length > 0}>
                {t(saved ? 'app:save' : 'promotions:create')}
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}

function useSaving(saved: PromotionView | null) {
  const { t } = useTranslation('promotions');
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { name: string; promotion: Promotion }) =>
      saved ? changePromotion(saved.id, { ...body, revision: saved.revision }) : createPromotion(body),
    onSuccess: async (now) => {
      client.setQueryData(promotions.one(now.id).queryKey, now);
      await client.invalidateQueries({ queryKey: ['promotions'] });
      notifications.show({ message: t('saved', { name: now.name }) });
      navigate(`/promotions/${now.id}`);
    },
  });
}
