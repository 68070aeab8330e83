import { Button, Modal, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDisclosure, useElementSize } from '@mantine/hooks';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContentOf } from '@/api/types';
import { DESKTOP, fitted, type Screen, withoutLinks } from './frame';

const HEIGHT = 460;

/** An e-mail in a frame that runs nothing: `sandbox` without permissions. */
export function EmailFrame({ content }: { content: ContentOf<'email'> }) {
  const { t } = useTranslation('builder');
  const [size, setSize] = useState<Screen>('mobile');
  const { ref, width } = useElementSize();
  const [opened, large] = useDisclosure();
  const { page, scale } = fitted(size, width);
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('preview.size')}
        data={(['mobile', 'desktop'] as const).map((each) => ({ value: each, label: t(`preview.${each}`) }))}
        value={size}
        onChange={(next) => setSize(next as Screen)}
      />
      <Paper withBorder p="xs">
        <Text size="sm" fw={600}>
          {content.subject}
        </Text>
        <Text size="xs" c="dimmed">
          {content.preheader}
        </Text>
      </Paper>
      <div className="mail-frame" ref={ref} style={{ height: HEIGHT }}>
        <Letter
          content={content}
          style={{ width: page || '100%', height: HEIGHT / scale, transform: `scale(${scale})` }}
        />
      </div>
      <Button size="compact-xs" variant="subtle" w="fit-content" onClick={large.open}>
        {t('preview.large')}
      </Button>
      <Modal opened={opened} onClose={large.close} title={content.subject} size={DESKTOP + 60}>
        <div className="mail-frame" style={{ height: '70dvh' }}>
          <Letter content={content} style={{ width: '100%', height: '70dvh' }} />
        </div>
      </Modal>
    </Stack>
  );
}

function Letter({ content, style }: { content: ContentOf<'email'>; style: CSSProperties }) {
  const { t } = useTranslation('builder');
  return (
    <iframe
      title={t('preview.email')}
      sandbox=""
      srcDoc={
        content.html
          ? withoutLinks(content.html)
          : `<pre style="white-space:pre-wrap;font:14px sans-serif">${escaped(content.text ?? '')}</pre>`
      }
      style={style}
    />
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
