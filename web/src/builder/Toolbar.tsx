import { ActionIcon, Anchor, Badge, Button, Group, Text, Title, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconHistory,
  IconKeyboard,
  IconLayoutDistributeHorizontal,
  IconNote,
  IconPlus,
  IconRocket,
  IconSettings,
  IconWalk,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/api/me';
import type { Campaign } from '@/api/types';
import { StateBadge } from '@/ui/StateBadge';
import { SavedMark } from './SavedMark';
import { useEditor, useEditorStore } from './store';

/** What opens over the drawing. */
export type DialogName = 'add' | 'keys' | 'versions' | 'publish';

type Props = { campaign: Campaign; open: (dialog: DialogName) => void; tidy: () => void; note: () => void };

export function Toolbar({ campaign, open, tidy, note }: Props) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const { history, readOnly, panel, problems } = useEditor((editor) => editor);
  const mayPublish = useMay('operator');
  const { undo, redo, show } = store.getState();
  return (
    <Group className="builder-bar" px="sm" py={6} gap="xs" justify="space-between">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <ActionIcon component={Link} to="/campaigns" variant="subtle" color="gray" aria-label={t('back')}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Title order={1} size="h5" lineClamp={1}>
          {campaign.name}
        </Title>
        <StateBadge state={campaign.state} />
        {campaign.current_version !== null && (
          <Anchor
            component={Link}
            to={`/campaigns/${campaign.slug}/monitor`}
            size="sm"
            style={{ whiteSpace: 'nowrap' }}
          >
            {t('launch.watch')}
          </Anchor>
        )}
        {readOnly ? <Badge color="gray">{t('readOnly')}</Badge> : <SavedMark />}
      </Group>
      <Group gap={4} wrap="wrap">
        {!readOnly && (
          <>
            <Tool className="only-narrow" icon={IconPlus} label={t('add')} onClick={() => open('add')} />
            <Tool icon={IconArrowBackUp} label={t('undo')} disabled={history.past.length === 0} onClick={undo} />
            <Tool icon={IconArrowForwardUp} label={t('redo')} disabled={history.future.length === 0} onClick={redo} />
            <Tool icon={IconNote} label={t('note.add')} onClick={note} />
            <Tool icon={IconLayoutDistributeHorizontal} label={t('tidy')} onClick={tidy} />
          </>
        )}
        <Tool icon={IconKeyboard} label={t('keys.title')} onClick={() => open('keys')} />
        <Tool icon={IconHistory} label={t('versions.title')} onClick={() => open('versions')} />
        <Tool icon={IconWalk} label={t('walk.title')} onClick={() => show(panel === 'walk' ? null : 'walk')} />
        <Tool
          icon={IconSettings}
          label={t('settings.title')}
          onClick={() => show(panel === 'settings' ? null : 'settings')}
        />
        <Button
          variant="default"
          size="xs"
          onClick={() => show(panel === 'problems' ? null : 'problems')}
          leftSection={
            <Text span c={problems.length > 0 ? 'red' : 'teal'} fw={700}>
              {problems.length}
            </Text>
          }
        >
          {t('problems.button')}
        </Button>
        {mayPublish && (
          <Button size="xs" leftSection={<IconRocket size={15} />} onClick={() => open('publish')}>
            {t('publish.open')}
          </Button>
        )}
      </Group>
    </Group>
  );
}

type ToolProps = {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  className?: string;
};

function Tool({ icon: Icon, label, onClick, disabled, className }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        className={className}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon size={19} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
