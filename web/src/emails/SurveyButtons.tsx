import { colorOf, type Kit } from './BlockView';
import type { BlockOf } from './model';

const SCALES = { nps: [0, 10], csat: [1, 5], stars: [1, 5], ces: [1, 7] } as const;

function labels(block: BlockOf<'survey'>): string[] {
  const kind = block.kind ?? 'nps';
  if (kind === 'link') return [block.button ?? 'Answer'];
  if (kind === 'yes_no') return [block.yes ?? 'Yes', block.no ?? 'No'];
  const [low, high] = SCALES[kind];
  const scores = Array.from({ length: high - low + 1 }, (_, step) => low + step);
  return scores.map((score) => (kind === 'stars' ? '★'.repeat(score) : String(score)));
}

/** The first question's buttons, about as they will look. */
export function SurveyButtons({ block, kit }: { block: BlockOf<'survey'>; kit: Kit }) {
  const look = {
    background: colorOf(kit, 'primary'),
    color: colorOf(kit, 'on_primary'),
    borderRadius: kit.radius ?? 6,
    padding: '8px 10px',
    margin: 2,
    display: 'inline-block',
  };
  return (
    <>
      {block.question && <strong>{block.question}</strong>}
      <div>
        {labels(block).map((label) => (
          <span key={label} style={look}>
            {label}
          </span>
        ))}
      </div>
      {(block.low || block.high) && <small>{[block.low, block.high].filter(Boolean).join(' ↔ ')}</small>}
    </>
  );
}
