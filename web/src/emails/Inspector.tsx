import {
  Button,
  ColorInput,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TokenText } from '@/builder/content/TokenText';
import { colorOf, type Kit } from './BlockView';
import type { Block, BlockOf, Row } from './model';
import { RichTextField } from './RichTextField';
import { SurveyBlockForm } from './SurveyBlockForm';
import { VisibilityFields } from './VisibilityFields';

const NAMED = ['primary', 'on_primary', 'text', 'muted', 'page', 'panel'] as const;
const ALIGN = ['start', 'center', 'end'] as const;

type Change<T> = (part: Partial<T>) => void;

/** The form of the chosen block. */
export function BlockForm({ block, kit, onChange }: { block: Block; kit: Kit; onChange: (block: Block) => void }) {
  const { t } = useTranslation('emails');
  const put = (part: Partial<Block>) => onChange({ ...block, ...part } as Block);
  return (
    <Stack gap="xs">
      <Text fw={600}>{t(`kind.${block.type}`)}</Text>
      <Own block={block} kit={kit} put={put as Change<Block>} />
      {'align' in block && (
        <SegmentedControl
          size="xs"
          aria-label={t('align')}
          data={ALIGN.map((value) => ({ value, label: t(`aligned.${value}`) }))}
          value={block.align ?? 'center'}
          onChange={(align) => put({ align } as Partial<Block>)}
        />
      )}
      <Group grow>
        <Size label={t('paddingY')} value={block.padding_y ?? 10} put={(padding_y) => put({ padding_y })} />
        <Size label={t('paddingX')} value={block.padding_x ?? 24} put={(padding_x) => put({ padding_x })} />
      </Group>
      <HideOn value={block.hide_on ?? null} put={(hide_on) => put({ hide_on })} />
      <VisibilityFields value={block.show_if ?? null} onChange={(show_if) => put({ show_if })} />
    </Stack>
  );
}

export function RowForm({ row, kit, onChange }: { row: Row; kit: Kit; onChange: (row: Row) => void }) {
  const { t } = useTranslation('emails');
  const put = (part: Partial<Row>) => onChange({ ...row, ...part });
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('rowTitle')}</Text>
      <Color
        label={t('background')}
        value={row.background ?? 'panel'}
        kit={kit}
        put={(background) => put({ background })}
      />
      <Size label={t('paddingY')} value={row.padding_y ?? 10} put={(padding_y) => put({ padding_y })} />
      {row.columns.length > 1 && (
        <Switch
          label={t('stack')}
          checked={row.stack ?? true}
          onChange={(event) => put({ stack: event.currentTarget.checked })}
        />
      )}
      <HideOn value={row.hide_on ?? null} put={(hide_on) => put({ hide_on })} />
      <VisibilityFields value={row.show_if ?? null} onChange={(show_if) => put({ show_if })} />
    </Stack>
  );
}

function Own({ block, kit, put }: { block: Block; kit: Kit; put: Change<Block> }) {
  const { t } = useTranslation('emails');
  switch (block.type) {
    case 'text':
      return <TextForm block={block} kit={kit} put={put as Change<BlockOf<'text'>>} />;
    case 'image':
      return <ImageForm block={block} put={put as Change<BlockOf<'image'>>} />;
    case 'button':
      return <ButtonForm block={block} kit={kit} put={put as Change<BlockOf<'button'>>} />;
    case 'products':
      return <ProductsForm block={block} put={put as Change<BlockOf<'products'>>} />;
    case 'coupon':
      return (
        <>
          <Line label={t('prefix')} value={block.prefix} put={(prefix) => put({ prefix } as Partial<Block>)} />
          <Line label={t('titleField')} value={block.title ?? ''} put={(title) => put({ title } as Partial<Block>)} />
          <Line label={t('note')} value={block.note ?? ''} put={(note) => put({ note } as Partial<Block>)} />
        </>
      );
    case 'survey':
      return <SurveyBlockForm block={block} put={put as Change<BlockOf<'survey'>>} />;
    case 'divider':
      return (
        <Color
          label={t('color')}
          value={block.color ?? 'page'}
          kit={kit}
          put={(color) => put({ color } as Partial<Block>)}
        />
      );
    case 'spacer':
      return (
        <Size
          label={t('height')}
          value={block.height ?? 24}
          most={300}
          put={(height) => put({ height } as Partial<Block>)}
        />
      );
    case 'html':
      return (
        <Textarea
          label={t('kind.html')}
          rows={8}
          value={block.html}
          spellCheck={false}
          styles={{ input: { fontFamily: 'monospace' } }}
          onChange={(event) => put({ html: event.currentTarget.value } as Partial<Block>)}
        />
      );
    case 'footer':
      return (
        <>
          <Line
            label={t('footerText')}
            value={block.text ?? ''}
            put={(text) => put({ text: text || null } as Partial<Block>)}
          />
          <Line
            label={t('unsubscribe')}
            value={block.unsubscribe ?? ''}
            put={(unsubscribe) => unsubscribe && put({ unsubscribe } as Partial<Block>)}
          />
          <Line
            label={t('preferences')}
            value={block.preferences ?? ''}
            put={(preferences) => put({ preferences } as Partial<Block>)}
          />
        </>
      );
    default:
      return <Text size="sm">{t('ofKit')}</Text>;
  }
}

function TextForm({ block, kit, put }: { block: BlockOf<'text'>; kit: Kit; put: Change<BlockOf<'text'>> }) {
  const { t } = useTranslation('emails');
  return (
    <>
      <RichTextField
        key={block.id}
        label={t('kind.text')}
        value={block.text}
        onChange={(text) => put({ text: text as BlockOf<'text'>['text'] })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('size')}
        data={(['small', 'normal', 'large'] as const).map((value) => ({ value, label: t(`sized.${value}`) }))}
        value={block.size ?? 'normal'}
        onChange={(size) => put({ size: size as 'small' })}
      />
      <Color label={t('color')} value={block.color ?? 'text'} kit={kit} put={(color) => put({ color })} />
    </>
  );
}

function ImageForm({ block, put }: { block: BlockOf<'image'>; put: Change<BlockOf<'image'>> }) {
  const { t } = useTranslation('emails');
  return (
    <>
      <TokenText label={t('src')} max={2000} value={block.src ?? ''} onChange={(src) => put({ src })} />
      <Line label={t('alt')} description={t('altHelp')} value={block.alt ?? ''} put={(alt) => put({ alt })} />
      <Switch
        label={t('decorative')}
        checked={block.decorative ?? false}
        onChange={(event) => put({ decorative: event.currentTarget.checked })}
      />
      <TokenText label={t('link')} max={2000} value={block.link ?? ''} onChange={(link) => put({ link })} />
      <NumberInput
        label={t('width')}
        min={10}
        max={1200}
        value={block.width ?? ''}
        onChange={(width) => put({ width: typeof width === 'number' ? width : null })}
      />
    </>
  );
}

function ButtonForm({ block, kit, put }: { block: BlockOf<'button'>; kit: Kit; put: Change<BlockOf<'button'>> }) {
  const { t } = useTranslation('emails');
  return (
    <>
      <TokenText label={t('label')} max={500} value={block.label} onChange={(label) => put({ label })} />
      <TokenText label={t('link')} max={2000} value={block.link ?? ''} onChange={(link) => put({ link })} />
      <Color
        label={t('background')}
        value={block.background ?? 'primary'}
        kit={kit}
        put={(background) => put({ background })}
      />
      <Color label={t('color')} value={block.color ?? 'on_primary'} kit={kit} put={(color) => put({ color })} />
      <Switch
        label={t('fullWidth')}
        checked={block.full_width ?? false}
        onChange={(event) => put({ full_width: event.currentTarget.checked })}
      />
    </>
  );
}

function ProductsForm({ block, put }: { block: BlockOf<'products'>; put: Change<BlockOf<'products'>> }) {
  const { t } = useTranslation('emails');
  return (
    <>
      <Select
        label={t('which')}
        allowDeselect={false}
        data={(['recommended', 'viewed', 'ordered'] as const).map((value) => ({ value, label: t(`source.${value}`) }))}
        value={block.source ?? 'recommended'}
        onChange={(source) => source && put({ source: source as 'viewed' })}
      />
      <Line label={t('titleField')} value={block.title ?? ''} put={(title) => put({ title })} />
      <Group grow>
        <Size label={t('most')} value={block.most ?? 3} least={1} most={12} put={(most) => put({ most })} />
        <Size label={t('columns')} value={block.columns ?? 3} least={1} most={4} put={(columns) => put({ columns })} />
      </Group>
      <Switch
        label={t('price')}
        checked={block.show_price ?? true}
        onChange={(event) => put({ show_price: event.currentTarget.checked })}
      />
      <Line label={t('cardButton')} value={block.button ?? ''} put={(button) => put({ button })} />
    </>
  );
}

type LineProps = { label: string; description?: string; value: string; put: (value: string) => void };

function Line({ label, description, value, put }: LineProps) {
  return (
    <TextInput
      label={label}
      description={description}
      maxLength={500}
      value={value}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );
}

type SizeProps = { label: string; value: number; least?: number; most?: number; put: (value: number) => void };

export function Size({ label, value, least = 0, most = 100, put }: SizeProps) {
  return (
    <NumberInput
      label={label}
      min={least}
      max={most}
      clampBehavior="strict"
      allowDecimal={false}
      value={value}
      onChange={(next) => typeof next === 'number' && next >= least && put(next)}
    />
  );
}

type ColorProps = { label: string; value: string; kit: Kit; put: (color: string) => void };

/** A colour of the brand kit by its name, or any other. */
function Color({ label, value, kit, put }: ColorProps) {
  const { t } = useTranslation('emails');
  const own = value.startsWith('#');
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Select
        style={{ flex: 1 }}
        label={label}
        allowDeselect={false}
        data={[
          ...NAMED.map((name) => ({ value: name, label: t(`named.${name}`) })),
          { value: 'own', label: t('named.own') },
        ]}
        value={own ? 'own' : value}
        onChange={(next) => next && put(next === 'own' ? colorOf(kit, value) : next)}
      />
      {own && (
        <ColorInput
          w={110}
          aria-label={t('ownOf', { label })}
          format="hex"
          value={value}
          onChangeEnd={(next) => /^#[0-9a-f]{6}$/i.test(next) && put(next)}
        />
      )}
    </Group>
  );
}

function HideOn({
  value,
  put,
}: {
  value: 'phone' | 'desktop' | null;
  put: (value: 'phone' | 'desktop' | null) => void;
}) {
  const { t } = useTranslation('emails');
  return (
    <Group gap={4}>
      {(['phone', 'desktop'] as const).map((device) => (
        <Button
          key={device}
          size="compact-xs"
          aria-pressed={value === device}
          variant={value === device ? 'filled' : 'default'}
          onClick={() => put(value === device ? null : device)}
        >
          {t(`hideOn.${device}`)}
        </Button>
      ))}
    </Group>
  );
}
