import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { contact, deleteTopic, type Topic } from '@/api/contact';
import { Problem } from '@/ui/Problem';

/** Says what deleting does before it is done; a topic that a campaign in force names stays. */
export function DeleteTopic({ topic, done }: { topic: Topic; done: () => void }) {
  const { t } = useTranslation(['contacting', 'app']);
  const client = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => deleteTopic(topic.key),
    onSuccess: async () => {
      notifications.show({ message: t('contacting:topics.deleted', { name: topic.name }) });
      done();
      await client.invalidateQueries({ queryKey: contact.topics().queryKey });
    },
  });
  return (
    <Stack>
      <Text fw={600}>{topic.name}</Text>
      <Text size="sm">{t('contacting:topics.deleteHelp')}</Text>
      {deleting.error && <Problem error={deleting.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={done}>
          {t('app:cancel')}
        </Button>
        <Button color="red" loading={deleting.isPending} onClick={() => deleting.mutate()}>
          {t('app:delete')}
        </Button>
      </Group>
    </Stack>
  );
}
