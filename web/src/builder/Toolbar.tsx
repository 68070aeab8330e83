import { ActionIcon, Anchor, Badge, Button, Group, Menu, Text, Title, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconArrowsExchange,
  IconDots,
  IconHistory,
  IconKeyboard,
  IconLayoutDistributeHorizontal,
  IconNote,
  IconPlus,
  IconSend,
  IconSettings,
  IconWalk,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/api/me';
import type { Campaign } from '@/api/types';
import { StatusBadge } from '@/ui/StatusBadge';
import { SavedMark } from './SavedMark';
import { useEditor, useEditorStore } from './store';

/** What opens over the canvas. */
export type DialogName = 'add' | 'keys' | 'versions' | 'publish';

type Props = { campaign: Campaign; open: (dialog: DialogName) => void; tidy: () => void; note: () => void };

export function Toolbar({ campaign, open, tidy, note }: Props) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const { history, readOnly, panel, problems } = useEditor((editor) => editor);
  const mayPublish = useMay('operator');
  const { undo, redo, show } = store.getState();
  const toggle = (name: 'walk' | 'settings' | 'problems') => () => show(panel === name ? null : name);
  return (
    <Group className="builder-bar" px="sm" py={6} gap="xs" justify="space-between">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <ActionIcon component={Link} to="/campaigns" variant="subtle" color="gray" aria-label={t('back')}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Title order={1} size="h5" lineClamp={1}>
          {campaign.name}
        </Title>
        <StatusBadge status={campaign.status} />
        {campaign.current_version !== null && (
          <Anchor component={Link} to={`/campaigns/${campaign.slug}/monitor`} size="sm" className="only-wide">
            {t('launch.watch')}
          </Anchor>
        )}
        {readOnly ? <Badge color="gray">{t('readOnly')}</Badge> : <SavedMark />}
      </Group>
      <Group gap={4} wrap="nowrap" className="builder-tools">
        {!readOnly && (
          <>
            <Tool icon={IconPlus} label={t('add')} keys="Ctrl K" onClick={() => open('add')} />
            <Icon icon={IconArrowBackUp} label={t('undo')} disabled={history.past.length === 0} onClick={undo} />
            <Icon icon={IconArrowForwardUp} label={t('redo')} disabled={history.future.length === 0} onClick={redo} />
            <Tool icon={IconLayoutDistributeHorizontal} label={t('tidy')} onClick={tidy} />
          </>
        )}
        <Tool icon={IconWalk} label={t('walk.title')} onClick={toggle('walk')} />
        <Tool icon={IconSettings} label={t('settings.open')} onClick={toggle('settings')} />
        <More campaign={campaign} open={open} note={note} />
        <Button
          variant="default"
          size="xs"
          onClick={toggle('problems')}
          leftSection={
            <Text span size="sm" className={problems.length > 0 ? 'issues-some' : 'issues-none'} fw={700}>
              {problems.length}
            </Text>
          }
        >
          {t('problems.button', { count: problems.length })}
        </Button>
        {mayPublish && (
          <Button size="xs" leftSection={<IconSend size={15} />} onClick={() => open('publish')}>
            {t('publish.open')}
          </Button>
        )}
      </Group>
    </Group>
  );
}

/** What is wanted seldom. */
function More({ campaign, open, note }: Pick<Props, 'campaign' | 'open' | 'note'>) {
  const { t } = useTranslation('builder');
  const store = useEditorStore();
  const { readOnly, direction } = useEditor((editor) => editor);
  const other = direction === 'down' ? 'right' : 'down';
  return (
    <Menu position="bottom-end" shadow="md" returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('more')}>
          <IconDots size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!readOnly && (
          <Menu.Item leftSection={<IconNote size={16} />} onClick={note}>
            {t('note.add')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => open('versions')}>
          {t('versions.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowsExchange size={16} />} onClick={() => store.getState().turn(other)}>
          {t(`turn.${other}`)}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => open('keys')}>
          {t('keys.title')}
        </Menu.Item>
        {campaign.current_version !== null && (
          <Menu.Item component={Link} to={`/campaigns/${campaign.slug}/monitor`} className="only-narrow">
            {t('launch.watch')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type ToolProps = {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  /** The keys that do the same. */
  keys?: string;
};

/** A tool with its name; where there is little room, the name is its tooltip. */
function Tool({ icon: Sign, label, onClick, keys }: ToolProps) {
  return (
    <Tooltip label={keys ? `${label} · ${keys}` : label}>
      <Button
        className="builder-tool"
        variant="subtle"
        color="gray"
        size="xs"
        aria-label={label}
        leftSection={<Sign size={17} stroke={1.7} />}
        onClick={onClick}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

function Icon({ icon: Sign, label, onClick, disabled }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} disabled={disabled} onClick={onClick}>
        <Sign size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
