import type { Entry } from '#schemas/journal/envelope.ts';
import { type BasketStep, foldParked, isListed } from '#schemas/parking/fold-parked.ts';
import { putAsideOf } from '#schemas/parking/unit-put-aside.ts';
import { basketStepOf } from './basket-step.ts';
import type { Parking } from './till-types.ts';

/** Parked baskets by entries that are all in memory, as a training's are. Whoever adds entries tells the listeners. */
export function parkingInMemory(entries: () => readonly Entry[], listeners: Set<() => void>): Parking {
  const baskets = (): Map<string, BasketStep[]> =>
    Map.groupBy(
      entries().flatMap((entry) => basketStepOf(entry) ?? []),
      ({ transactionId }) => transactionId,
    );
  const standingOf = (transactionId: string) => {
    const steps = baskets().get(transactionId) ?? [];
    return steps.some(({ type }) => type === 'parked') ? foldParked(steps) : null;
  };
  return {
    list: async () => [...baskets().keys()].map(standingOf).filter(isListed),
    of: async (transactionId) => standingOf(transactionId),
    putAside: async (unit, open) => putAsideOf(baskets().values(), unit, open),
    basketOf: async (entryId) =>
      [...baskets()].find(([, steps]) => steps.some((step) => step.entryId === entryId))?.[0] ?? null,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
