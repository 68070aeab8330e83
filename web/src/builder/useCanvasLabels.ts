import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** What React Flow says by itself to those who can't see the canvas. */
export function useCanvasLabels() {
  const { t } = useTranslation('kinds');
  return useMemo(
    () => ({
      'node.a11yDescription.default': t('canvas.node'),
      'node.a11yDescription.keyboardDisabled': t('canvas.node'),
      'edge.a11yDescription.default': t('canvas.edge'),
      'controls.ariaLabel': t('canvas.controls'),
      'controls.zoomIn.ariaLabel': t('canvas.zoomIn'),
      'controls.zoomOut.ariaLabel': t('canvas.zoomOut'),
      'controls.fitView.ariaLabel': t('canvas.fit'),
      'minimap.ariaLabel': t('canvas.miniMap'),
      'handle.ariaLabel': t('canvas.handle'),
    }),
    [t],
  );
}
