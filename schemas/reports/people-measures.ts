// What people at the tills, at deliveries and at counts did, defined once. Figures stand beside what all others together come to, and
// never as a rank: who works on Saturdays sells more, and who takes the returns has returns.

export const peopleSumIds = [
  'tickets',
  'units',
  'unitsBack',
  'netMinor',
  'salesMinor',
  'returnsMinor',
  'discountMinor',
  'hours',
  'voids',
  'voidedMinor',
  'shifts',
  'differenceMinor',
  'differencesMinor',
  'countedPieces',
  'countedMinutes',
  'receivedPieces',
  'receipts',
] as const;
export type PeopleSumId = (typeof peopleSumIds)[number];
export type PeopleSums = Readonly<Record<PeopleSumId, number>>;

type Parts = Readonly<Partial<Record<PeopleSumId, number>>>;
export type PeopleMeasure = {
  unit: 'count' | 'money' | 'share' | 'ratio' | 'hours';
  source: 'sums' | 'tickets' | 'shifts' | 'counts' | 'receipts';
  of: Parts;
  per?: Parts;
};
const asItIs = (id: PeopleSumId, unit: PeopleMeasure['unit'], source: PeopleMeasure['source']): PeopleMeasure => ({
  unit,
  source,
  of: { [id]: 1 },
});

const told = {
  tickets: asItIs('tickets', 'count', 'sums'),
  netMinor: asItIs('netMinor', 'money', 'sums'),
  hours: asItIs('hours', 'hours', 'tickets'),
  ticketsPerHour: { unit: 'ratio', source: 'tickets', of: { tickets: 1 }, per: { hours: 1 } },
  unitsPerTicket: { unit: 'ratio', source: 'sums', of: { units: 1 }, per: { tickets: 1 } },
  averageNetMinor: { unit: 'money', source: 'sums', of: { netMinor: 1 }, per: { tickets: 1 } },
  discountShare: {
    unit: 'share',
    source: 'sums',
    of: { discountMinor: 1 },
    per: { salesMinor: 1, returnsMinor: 1, discountMinor: 1 },
  },
  backShare: { unit: 'share', source: 'sums', of: { returnsMinor: -1 }, per: { salesMinor: 1 } },
  voids: asItIs('voids', 'count', 'tickets'),
  voidShare: { unit: 'share', source: 'tickets', of: { voids: 1 }, per: { tickets: 1 } },
  voidedMinor: asItIs('voidedMinor', 'money', 'tickets'),
  shifts: asItIs('shifts', 'count', 'shifts'),
  differenceMinor: asItIs('differenceMinor', 'money', 'shifts'),
  differencePerShiftMinor: { unit: 'money', source: 'shifts', of: { differencesMinor: 1 }, per: { shifts: 1 } },
  countedPieces: asItIs('countedPieces', 'count', 'counts'),
  countedPerHour: { unit: 'ratio', source: 'counts', of: { countedPieces: 60 }, per: { countedMinutes: 1 } },
  receivedPieces: asItIs('receivedPieces', 'count', 'receipts'),
  receivedPerReceipt: { unit: 'ratio', source: 'receipts', of: { receivedPieces: 1 }, per: { receipts: 1 } },
} satisfies Record<string, PeopleMeasure>;
export type PeopleMeasureId = keyof typeof told;
export const peopleMeasures: Readonly<Record<PeopleMeasureId, PeopleMeasure>> = told;
export const peopleMeasureIds = Object.keys(told) as PeopleMeasureId[];

export const noPeopleSums = Object.fromEntries(peopleSumIds.map((id) => [id, 0])) as Record<PeopleSumId, number>;

/** A measure of these sums; null where there is nothing to divide by. */
export function peopleMeasured(id: PeopleMeasureId, sums: PeopleSums): number | null {
  const { of, per } = peopleMeasures[id];
  if (per === undefined) return partsOf(of, sums);
  const below = partsOf(per, sums);
  return below <= 0 ? null : partsOf(of, sums) / below + 0;
}

function partsOf(parts: Parts, sums: PeopleSums): number {
  return peopleSumIds.reduce((all, id) => all + (parts[id] ?? 0) * sums[id], 0);
}

/** What all others come to. */
export function othersOf(all: PeopleSums, own: PeopleSums): PeopleSums {
  return Object.fromEntries(peopleSumIds.map((id) => [id, all[id] - own[id]])) as Record<PeopleSumId, number>;
}

/** What is worth a look at the tickets behind it; no proof of anything. */
export const signalIds = ['voidShare', 'discountShare', 'backShare', 'differencePerShiftMinor'] as const;
export type SignalId = (typeof signalIds)[number];
export type Signal = { id: SignalId; own: number; others: number };

/** Fewer say nothing. */
export const fewestTickets = 20;
export const fewestVoids = 3;
export const fewestShifts = 3;
const timesOthers = 2;

/** Where a person's figures are twice those of all others or more, of enough of them to mean something. */
export function signalsOf(own: PeopleSums, all: PeopleSums): Signal[] {
  const others = othersOf(all, own);
  return signalIds.flatMap((id) => {
    const [mine, theirs] = [peopleMeasured(id, own), peopleMeasured(id, others)];
    const isEnough = id === 'differencePerShiftMinor' ? own.shifts >= fewestShifts : own.tickets >= fewestTickets;
    const isFew = id === 'voidShare' && own.voids < fewestVoids;
    if (mine === null || theirs === null || !isEnough || isFew || mine <= 0) return [];
    return mine >= timesOthers * theirs ? [{ id, own: mine, others: theirs }] : [];
  });
}
