import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type PartProps, Section } from './Section';

type Props = PartProps & { name: string; setName: (name: string) => void; started: boolean };

/** What it is called, and in which money. */
export function About({ name, setName, promotion, put, started }: Props) {
  const { t } = useTranslation('promotions');
  return (
    <Section title={t('about')}>
      <TextInput
        label={t('nameField')}
        required
        data-autofocus
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('currency')}
        description={started ? t('currencyKept') : undefined}
        w={200}
        searchable
        allowDeselect={false}
        disabled={started}
        data={Intl.supportedValuesOf('currency')}
        value={promotion.currency}
        onChange={(currency) => currency && put({ currency })}
      />
    </Section>
  );
}
