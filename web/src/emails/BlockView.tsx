import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/types';
import type { Block, RichNode } from './model';
import { SurveyButtons } from './SurveyButtons';

export type Kit = Schemas['BrandKit'];

type Colors = NonNullable<Kit['colors']>;

export function colorOf(kit: Kit, named: string | undefined): string {
  if (!named || named.startsWith('#')) return named ?? 'inherit';
  return kit.colors?.[named as keyof Colors] ?? 'inherit';
}

/** A block about as it will look; the preview shows it exactly. */
export function BlockView({ block, kit }: { block: Block; kit: Kit }) {
  const style: CSSProperties = {
    padding: `${block.padding_y ?? 10}px ${block.padding_x ?? 24}px`,
    textAlign: ('align' in block && block.align) || (block.type === 'text' ? 'start' : 'center'),
  };
  return (
    <div style={style}>
      <Inner block={block} kit={kit} />
    </div>
  );
}

const CARDS = [1, 2, 3, 4, 5, 6];
const SIZES = { small: 13, normal: 16, large: 19 };

function Inner({ block, kit }: { block: Block; kit: Kit }) {
  const { t } = useTranslation('emails');
  switch (block.type) {
    case 'text':
      return (
        <div
          className="email-text"
          style={{ color: colorOf(kit, block.color), fontSize: SIZES[block.size ?? 'normal'] }}
        >
          <Rich node={block.text} />
        </div>
      );
    case 'image':
      return block.src ? (
        <img src={block.src} alt={block.alt} style={{ width: block.width ?? '100%', borderRadius: block.radius }} />
      ) : (
        <div className="email-placeholder">{t('noPicture')}</div>
      );
    case 'button':
      return (
        <span
          className="email-button"
          style={{
            background: colorOf(kit, block.background),
            color: colorOf(kit, block.color),
            borderRadius: block.radius ?? kit.radius,
            display: block.full_width ? 'block' : 'inline-block',
          }}
        >
          {block.label || '…'}
        </span>
      );
    case 'logo':
      return kit.logo_url ? (
        <img src={kit.logo_url} alt={kit.name} width={kit.logo_width} />
      ) : (
        <strong className="email-name">{kit.name || t('yourBrand')}</strong>
      );
    case 'divider':
      return <hr style={{ border: 0, borderTop: `${block.thickness}px solid ${colorOf(kit, block.color)}` }} />;
    case 'spacer':
      return <div style={{ height: block.height }} />;
    case 'html':
      return <code className="email-source">{block.html || t('kind.html')}</code>;
    default:
      return <Listed block={block} kit={kit} />;
  }
}

/** Blocks whose content each customer has of their own. */
function Listed({ block, kit }: { block: Block; kit: Kit }) {
  const { t } = useTranslation('emails');
  if (block.type === 'products')
    return (
      <>
        {block.title && <h2>{block.title}</h2>}
        <div className="email-cards" style={{ gridTemplateColumns: `repeat(${block.columns}, 1fr)` }}>
          {CARDS.slice(0, block.most ?? 3).map((number) => (
            <div key={number} className="email-card">
              <div className="email-card-picture" />
              {t(`source.${block.source ?? 'recommended'}`)} {number}
            </div>
          ))}
        </div>
      </>
    );
  if (block.type === 'coupon')
    return (
      <>
        {block.title && <strong>{block.title}</strong>}
        <div>
          <span className="email-coupon" style={{ borderColor: colorOf(kit, 'primary') }}>
            {block.prefix}-7K2M
          </span>
        </div>
        {block.note && <small>{block.note}</small>}
      </>
    );
  if (block.type === 'survey') return <SurveyButtons block={block} kit={kit} />;
  if (block.type === 'social')
    return <>{(block.links ?? kit.social ?? []).map(({ network }) => network).join(' · ') || t('noNetworks')}</>;
  if (block.type === 'footer')
    return (
      <small style={{ color: colorOf(kit, 'muted') }}>
        {block.text ?? kit.footer_text} {kit.name} {kit.postal_address || t('noAddress')} · <u>{block.unsubscribe}</u>
        {block.preferences && (
          <>
            {' · '}
            <u>{block.preferences}</u>
          </>
        )}
      </small>
    );
  return null;
}

function Rich({ node }: { node: RichNode }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: nodes of a text have no identity but their place
  const inner = (node.content ?? []).map((child, at) => <Rich key={`${child.type}-${at + 1}`} node={child} />);
  switch (node.type) {
    case 'text':
      return <Run node={node} />;
    case 'token':
      return <span className="email-token">{node.fallback || node.name}</span>;
    case 'hardBreak':
      return <br />;
    case 'heading': {
      const Level = `h${node.level ?? 1}` as 'h1' | 'h2' | 'h3';
      return <Level>{inner}</Level>;
    }
    case 'bulletList':
      return <ul>{inner}</ul>;
    case 'orderedList':
      return <ol>{inner}</ol>;
    case 'listItem':
      return <li>{inner}</li>;
    case 'paragraph':
      return <p>{inner.length > 0 ? inner : '\u00a0'}</p>;
    default:
      return <>{inner}</>;
  }
}

function Run({ node }: { node: RichNode }) {
  const style: CSSProperties = {};
  for (const mark of node.marks ?? []) {
    if (mark.type === 'bold') style.fontWeight = 700;
    if (mark.type === 'italic') style.fontStyle = 'italic';
    if (mark.type === 'underline' || mark.type === 'link') style.textDecoration = 'underline';
    if (mark.type === 'strike') style.textDecoration = 'line-through';
    if (mark.type === 'color') style.color = mark.color ?? undefined;
  }
  return <span style={style}>{node.text}</span>;
}
