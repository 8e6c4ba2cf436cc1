import { isPresent, type UnitState } from '#schemas/stock/unit-states.ts';

/** A unit as the books of one store have it. `soldOn` is the store's calendar day of its last sale. */
export type KnownUnit = {
  state: UnitState;
  batch: string | null;
  expiresOn: string | null;
  orderedAtMs: number;
  soldOn: string | null;
};

/** What strangers are told of a unit: nothing of where it is. */
export type UnitTold = {
  /** `gone`: taken off sale. */
  standing: 'known' | 'sold' | 'gone' | 'unknown';
  soldOn: string | null;
  batch: string | null;
  expiresOn: string | null;
};

/** One answer from the books of all stores of the chain: whoever had the unit in hand last is right. */
export function tellUnit(units: readonly KnownUnit[]): UnitTold {
  const latestFirst = units.toSorted((a, b) => b.orderedAtMs - a.orderedAtMs);
  const isOffSale = ({ state }: KnownUnit) => state === 'gone' || state === 'sent-back';
  const inHand = latestFirst.filter((unit) => isPresent(unit.state) || unit.state === 'sold' || isOffSale(unit));
  const latest = inHand[0] ?? latestFirst[0];
  const batch = latestFirst.find((unit) => unit.batch !== null)?.batch ?? null;
  const expiresOn = latestFirst.find((unit) => unit.expiresOn !== null)?.expiresOn ?? null;
  if (latest === undefined) return { standing: 'unknown', soldOn: null, batch, expiresOn };
  return {
    standing: isOffSale(latest) ? 'gone' : latest.state === 'sold' ? 'sold' : 'known',
    soldOn: latest.state === 'sold' ? latest.soldOn : null,
    batch,
    expiresOn,
  };
}
