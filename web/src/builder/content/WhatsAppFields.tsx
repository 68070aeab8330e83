import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Content, ContentOf } from '@/api/types';
import { KeyValues } from '../fields/KeyValues';
import { TokenText } from './TokenText';

type Props = { content: ContentOf<'whatsapp'>; onChange: (content: Content) => void };

const TEMPLATE = /^HX[0-9a-fA-F]{32}$/;

/** A template of the provider's with its variables, or free text for customers who have just written. */
export function WhatsAppFields({ content, onChange }: Props) {
  const { t } = useTranslation('builder');
  const free = content.template_sid == null;
  const put = (part: Partial<ContentOf<'whatsapp'>>) => onChange({ ...content, ...part });
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('whatsapp.kind')}
        value={free ? 'text' : 'template'}
        data={[
          { value: 'template', label: t('whatsapp.template') },
          { value: 'text', label: t('whatsapp.freeText') },
        ]}
        onChange={(kind) =>
          put(
            kind === 'text'
              ? { body: t('starter.sms'), template_sid: null, variables: {} }
              : { body: null, template_sid: '', variables: { '1': "{{ FirstName | default: 'there' }}" } },
          )
        }
      />
      <Text size="sm" c="dimmed">
        {t(free ? 'whatsapp.freeTextHelp' : 'whatsapp.templateHelp')}
      </Text>
      {free ? (
        <TokenText
          label={t('content.text')}
          required
          rows={5}
          max={4096}
          value={content.body ?? ''}
          onChange={(body) => put({ body })}
        />
      ) : (
        <>
          <TextInput
            label={t('whatsapp.sid')}
            description={t('whatsapp.sidHelp')}
            required
            value={content.template_sid ?? ''}
            error={content.template_sid && !TEMPLATE.test(content.template_sid) ? t('whatsapp.sidWrong') : undefined}
            onChange={(event) => put({ template_sid: event.currentTarget.value.trim() })}
          />
          <KeyValues
            label={t('whatsapp.variables')}
            description={t('whatsapp.variablesHelp')}
            nameLabel={t('content.name')}
            valueLabel={t('content.value')}
            value={content.variables ?? {}}
            onChange={(variables) => put({ variables })}
          />
        </>
      )}
    </Stack>
  );
}
