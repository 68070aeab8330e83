import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { contact } from '@/api/contact';

type Props = {
  label: string;
  description: string;
  /** What no topic means. */
  placeholder: string;
  value: string | null;
  onChange: (topic: string | null) => void;
};

/** One of the topics that customers may refuse. */
export function TopicField({ label, description, placeholder, value, onChange }: Props) {
  const { t } = useTranslation('contacting');
  const topics = useQuery({ ...contact.topics(), staleTime: 30_000 });
  const data = (topics.data ?? []).map((topic) => ({ value: topic.key, label: topic.name }));
  const gone = value !== null && topics.data !== undefined && !topics.data.some((topic) => topic.key === value);
  if (value !== null && !data.some((each) => each.value === value)) data.push({ value, label: value });
  return (
    <Select
      label={label}
      description={description}
      placeholder={placeholder}
      clearable
      searchable
      data={data}
      value={value}
      error={gone ? t('limits.topicGone') : undefined}
      onChange={onChange}
    />
  );
}
