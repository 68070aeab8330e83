import { Group, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clock } from '@/builder/kinds/say';
import { isEmpty, type QuietHours, spansMidnight } from './quiet';

type Props = { value: QuietHours; onChange: (value: QuietHours) => void };

/** From when to when no message leaves, on the customer's own clock. */
export function QuietHoursFields({ value, onChange }: Props) {
  const { t } = useTranslation('contacting');
  return (
    <>
      <Group align="flex-start">
        {(['start', 'end'] as const).map((name) => (
          <TextInput
            key={name}
            type="time"
            w={140}
            label={t(`quiet.${name}`)}
            value={clock(value[name])}
            error={name === 'end' && isEmpty(value) ? t('wrong.quietEmpty') : undefined}
            onChange={({ currentTarget: { value: time } }) => time && onChange({ ...value, [name]: `${time}:00` })}
          />
        ))}
      </Group>
      {spansMidnight(value) && (
        <Text size="xs" c="dimmed">
          {t('quiet.overMidnight')}
        </Text>
      )}
    </>
  );
}
