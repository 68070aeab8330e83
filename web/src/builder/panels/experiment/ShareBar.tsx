import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { moveBorder, percents } from './dragging';
import './shares.css';

type Arm = { id: string; label: string; weight: number };
type Props<T extends Arm> = { arms: T[]; onChange: (arms: T[]) => void };

const KEYS: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** The arms' shares as one bar; the borders between them are dragged, or moved by the arrow keys. */
export function ShareBar<T extends Arm>({ arms, onChange }: Props<T>) {
  const { t } = useTranslation('builder');
  const bar = useRef<HTMLDivElement>(null);
  const whole = percents(arms);
  const ends = whole.map((_, place) => whole.slice(0, place + 1).reduce((sum, each) => sum + each, 0));
  const drag = (index: number) => (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !bar.current) return;
    const { left, width } = bar.current.getBoundingClientRect();
    onChange(moveBorder(arms, index, ((event.clientX - left) / width) * 100));
  };
  const press = (index: number) => (event: KeyboardEvent) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    onChange(moveBorder(arms, index, (ends[index] ?? 0) + by));
  };
  return (
    <div ref={bar} className="share-bar">
      {arms.map((arm, index) => (
        <div key={arm.id} className="share-part" style={{ width: `${whole[index]}%` }} data-part={index % 8}>
          <span>{`${arm.label || arm.id} ${whole[index]} %`}</span>
          {index < arms.length - 1 && (
            <div
              role="slider"
              tabIndex={0}
              className="share-border"
              aria-label={t('arms.border', { arm: arm.label || arm.id })}
              aria-valuemin={1}
              aria-valuemax={99}
              aria-valuenow={whole[index]}
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
              onPointerMove={drag(index)}
              onKeyDown={press(index)}
            />
          )}
        </div>
      ))}
    </div>
  );
}
