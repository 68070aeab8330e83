import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { titleOf } from '../kinds';
import { useNodes } from '../store';

type Props = {
  label: string;
  description?: string;
  placeholder?: string;
  value: string | null;
  accept?: (node: FlowNode) => boolean;
  onChange: (id: string | null) => void;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
};

/** One of the campaign's nodes. */
export function NodeField({ label, description, placeholder, value, accept, onChange, size = 'sm', hideLabel }: Props) {
  const { t } = useTranslation(['kinds', 'app']);
  const nodes = useNodes().filter((node) => accept?.(node) ?? true);
  const data = nodes.map((node) => ({ value: node.id, label: titleOf(node, t) }));
  if (value && !nodes.some((node) => node.id === value)) data.push({ value, label: t('kinds:describe.missing') });
  return (
    <Select
      size={size}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={description}
      placeholder={placeholder}
      clearable
      searchable
      data={data}
      value={value}
      onChange={onChange}
    />
  );
}

export const isSend = (node: FlowNode) => node.type.startsWith('send_');
