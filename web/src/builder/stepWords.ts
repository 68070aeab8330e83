import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowNode } from '@/api/types';
import { useSay } from '@/lib/sentences';
import { titleOf } from './kinds';

/** As `useSay`; steps of this drawing by their titles. */
export function useStepWords(nodes: FlowNode[]): ReturnType<typeof useSay> {
  const { t } = useTranslation(['kinds', 'app']);
  const titles = useCallback(
    (id: string) => {
      const node = nodes.find((each) => each.id === id);
      return node && titleOf(node, t);
    },
    [nodes, t],
  );
  return useSay(titles);
}
