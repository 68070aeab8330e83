import { Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Arms, Form } from './form';

export type PartProps = { form: Form; put: (part: Partial<Form>) => void };

/** What it is called, what is believed, and what the other arms are compared with. */
export function WordsFields({ form, put, arms }: PartProps & { arms: Arms }) {
  const { t } = useTranslation('experiments');
  return (
    <>
      <TextInput
        label={t('name')}
        maxLength={120}
        value={form.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
        data-autofocus
      />
      <Textarea
        label={t('plan.hypothesis')}
        placeholder={t('form.hypothesisExample')}
        autosize
        maxLength={2000}
        value={form.hypothesis}
        onChange={(event) => put({ hypothesis: event.currentTarget.value })}
      />
      <Select
        label={t('form.control')}
        allowDeselect={false}
        data={arms.map(({ id, label }) => ({ value: id, label: label || id }))}
        value={form.control}
        onChange={(control) => control && put({ control })}
      />
    </>
  );
}
