import { Chip, Group, Input } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { weekday } from '../kinds/say';

const DAYS = [0, 1, 2, 3, 4, 5, 6];

type Props = { label: string; description?: string; value: number[]; onChange: (value: number[]) => void };

export function WeekdaysField({ label, description, value, onChange }: Props) {
  const { i18n } = useTranslation();
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Chip.Group multiple value={value.map(String)} onChange={(days) => onChange(days.map(Number).sort())}>
        <Group gap={4} mt={4} role="group" aria-label={label}>
          {DAYS.map((day) => (
            <Chip key={day} value={String(day)} size="xs" aria-label={weekday(day, i18n.language, 'long')}>
              {weekday(day, i18n.language)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
