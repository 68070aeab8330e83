import { Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContentOf } from '@/api/types';

const WIDTH = { desktop: 640, mobile: 360 };

/** An e-mail in a frame that runs nothing: `sandbox` without permissions. */
export function EmailFrame({ content }: { content: ContentOf<'email'> }) {
  const { t } = useTranslation('builder');
  const [size, setSize] = useState<keyof typeof WIDTH>('mobile');
  const scale = Math.min(1, 360 / WIDTH[size]);
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('preview.size')}
        data={(['mobile', 'desktop'] as const).map((each) => ({ value: each, label: t(`preview.${each}`) }))}
        value={size}
        onChange={(next) => setSize(next as keyof typeof WIDTH)}
      />
      <Paper withBorder p="xs">
        <Text size="sm" fw={600}>
          {content.subject}
        </Text>
        <Text size="xs" c="dimmed">
          {content.preheader}
        </Text>
      </Paper>
      <div className="mail-frame" style={{ height: 460 }}>
        <iframe
          title={t('preview.email')}
          sandbox=""
          srcDoc={
            content.html
              ? withoutLinks(content.html)
              : `<pre style="white-space:pre-wrap;font:14px sans-serif">${escaped(content.text ?? '')}</pre>`
          }
          style={{ width: WIDTH[size], height: 460 / scale, transform: `scale(${scale})` }}
        />
      </div>
    </Stack>
  );
}

/** Looking at a preview tells nobody: fonts from elsewhere stay there. */
function withoutLinks(html: string): string {
  return html.replace(/<link\b[^>]*>/gi, '').replace(/@import[^;]*;/gi, '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
