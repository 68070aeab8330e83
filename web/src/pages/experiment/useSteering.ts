import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Experiment } from '@/api/experiments';

/** Does something with an experiment, and shows what it is then. */
export function useSteering<T>(act: (given: T) => Promise<Experiment>, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (now) => {
      client.setQueryData(['experiments', now.id], now);
      void client.invalidateQueries({ queryKey: ['experiments'] });
      done();
    },
  });
}
