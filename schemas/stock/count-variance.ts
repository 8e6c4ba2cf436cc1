import { unreachable } from '../assert.ts';
import { clockDoubtMs } from '../journal/clock-spans.ts';
import { type CountFrame, coverageOf } from './count-coverage.ts';
import { type Doubt, doubtOf, sure, type Told, toldTogether } from './count-doubt.ts';
import type { UnitOutcome } from './count-entries.ts';
import { type LedgerCount, type LedgerMovement, onHandAt } from './stock-ledger.ts';
import { stockKey } from './stock-row.ts';
import { unitKey } from './unit.ts';
import { isPresent, type UnitState } from './unit-states.ts';

// What a stock-take found against the books of the moment that it was found (COUNTING.md). Pure: the server, the tests and the
// simulation ask the same functions.

/** From when on a unit stood so, in the order of time; without what this stock-take itself approved. */
export type BookedStanding = { fromMs: number; state: UnitState; placeId: string } & Told;
export type BookedMovement = LedgerMovement & Told;
export type UnitBooks = { gtin14: string; serial: string; skuId: string; standings: readonly BookedStanding[] };
/** Pieces of a SKU without item codes at a place; `counts`: of other stock-takes. */
export type NumberBooks = {
  placeId: string;
  skuId: string;
  movements: readonly BookedMovement[];
  counts: readonly LedgerCount[];
};

type Sighting = { skuId: string; placeId: string; pass: number; seenAtMs: number; operatorId: string } & Told;
export type UnitSighting = Sighting & { gtin14: string; serial: string; isTakenBack: boolean };
export type NumberSighting = Sighting & { quantity: number };

export type CountInput = CountFrame & {
  unitSightings: readonly UnitSighting[];
  numberSightings: readonly NumberSighting[];
  units: readonly UnitBooks[];
  numbers: readonly NumberBooks[];
};

export type UnitVarianceOutcome =
  | 'missing'
  | 'still-missing'
  | 'moved'
  | 'sold'
  | 'not-received'
  | 'other-store'
  | 'gone'
  | 'unknown-unit'
  | 'turned-up'
  /** It is as the books have it only if what cannot be ordered came as it seems. */
  | 'unordered';

type Line = Doubt & {
  skuId: string;
  /** Where it was seen, or should have been. */
  placeId: string;
  counted: number;
  expected: number;
  asOfMs: number;
  pass: number;
  operatorId: string;
  passesDiffer: boolean;
};
export type UnitVariance = Line & {
  type: 'unit';
  outcome: UnitVarianceOutcome;
  gtin14: string;
  serial: string;
  booked: { state: UnitState; placeId: string } | null;
};
export type NumberVariance = Line & { type: 'number'; outcome: 'short' | 'over' | 'unordered' };
export type CountVariance = {
  units: UnitVariance[];
  numbers: NumberVariance[];
  /** What agreed, by place and SKU (`stockKey`): pieces. */
  matched: Map<string, number>;
};

/** Every difference of a stock-take, and what agreed. */
export function countVariance(input: CountInput): CountVariance {
  const matched = new Map<string, number>();
  const coverage = coverageOf(input, input.unitSightings, input.numberSightings);
  const units = unitVariances(input, coverage, matched);
  const numbers = numberVariances(input, coverage, matched);
  return { units, numbers, matched };
}

/** How the books had a unit at a moment; null: they had not heard of it. */
export function standingAt(standings: readonly BookedStanding[], atMs: number): BookedStanding | null {
  let found: BookedStanding | null = null;
  for (const standing of standings) {
    if (standing.fromMs > atMs) break;
    found = standing;
  }
  return found;
}

type Coverage = ReturnType<typeof coverageOf>;

/** A unit as the books have it and as it was seen: mostly once. */
type Looked = { unit: UnitBooks | null; first: UnitSighting | null; more: UnitSighting[] | null };

function unitVariances(input: CountInput, coverage: Coverage, matched: Map<string, number>): UnitVariance[] {
  const lines: UnitVariance[] = [];
  const agreed = new Map<string, Map<string, number>>();
  for (const { unit, first, more } of lookedAt(input).values()) {
    const ofUnit = more ?? (first === null ? [] : [first]);
    const decisive = decisiveOf(ofUnit, coverage.passOf);
    const seen = decisive === null ? null : seenLine(decisive, unit?.standings ?? []);
    const notSeen = unit === null ? null : notSeenLine(unit, decisive, coverage);
    if (decisive !== null && seen === null) addAgreed(agreed, decisive);
    const line = notSeen ?? seen;
    const isAt = notSeen ?? decisive;
    if (line !== null && isAt !== null) lines.push({ ...line, passesDiffer: coverage.isSeenInSome(isAt, ofUnit) });
  }
  for (const [placeId, ofPlace] of agreed)
    for (const [skuId, pieces] of ofPlace) add(matched, stockKey(placeId, skuId), pieces);
  return lines;
}

/** One look-up for each unit and sighting: of a hundred thousand they are what a review takes longest for. */
function lookedAt({ units, unitSightings }: CountInput): Map<string, Looked> {
  const looked = new Map<string, Looked>();
  for (const unit of units) looked.set(unitKey(unit.gtin14, unit.serial), { unit, first: null, more: null });
  for (const sighting of unitSightings) {
    const key = unitKey(sighting.gtin14, sighting.serial);
    const known = looked.get(key);
    if (known === undefined) looked.set(key, { unit: null, first: sighting, more: null });
    else if (known.first === null) known.first = sighting;
    else if (known.more === null) known.more = [known.first, sighting];
    else known.more.push(sighting);
  }
  return looked;
}

function addAgreed(agreed: Map<string, Map<string, number>>, { placeId, skuId }: UnitSighting): void {
  const ofPlace = agreed.get(placeId) ?? new Map<string, number>();
  if (ofPlace.size === 0) agreed.set(placeId, ofPlace);
  ofPlace.set(skuId, (ofPlace.get(skuId) ?? 0) + 1);
}

function add(sums: Map<string, number>, key: string, pieces: number): void {
  if (pieces !== 0) sums.set(key, (sums.get(key) ?? 0) + pieces);
}

/** [SC7] [SC17] The latest sighting that counts and that nobody took back. */
function decisiveOf(
  sightings: readonly UnitSighting[],
  passOf: (placeId: string, skuId: string) => number,
): UnitSighting | null {
  const [only] = sightings;
  if (only === undefined) return null;
  if (sightings.length === 1) return only.isTakenBack || only.pass < passOf(only.placeId, only.skuId) ? null : only;
  const last = new Map<string, UnitSighting>();
  for (const sighting of sightings) {
    const { placeId, pass, skuId } = sighting;
    if (pass < passOf(placeId, skuId)) continue;
    const key = `${placeId}|${pass}`;
    const known = last.get(key);
    if (known === undefined || known.seenAtMs <= sighting.seenAtMs) last.set(key, sighting);
  }
  let found: UnitSighting | null = null;
  for (const sighting of last.values()) {
    if (sighting.isTakenBack) continue;
    if (found === null || found.seenAtMs < sighting.seenAtMs) found = sighting;
  }
  return found;
}

/** [SC11] What the books of the moment make of a unit that was seen; null: it is where it should be. */
function seenLine(sighting: UnitSighting, standings: readonly BookedStanding[]): UnitVariance | null {
  const { gtin14, serial, skuId, placeId, pass, operatorId, seenAtMs: asOfMs } = sighting;
  const standing = standingAt(standings, asOfMs);
  const found = standing === null ? 'unknown-unit' : outcomeOf(standing, placeId);
  const doubt = unitDoubt(standings, sighting, asOfMs);
  if (found === null && doubt.unsureBecause !== 'clock') return null;
  const outcome = found ?? 'unordered';
  return {
    ...{ type: 'unit', outcome, gtin14, serial, skuId, placeId, pass, operatorId, asOfMs },
    booked: standing === null ? null : { state: standing.state, placeId: standing.placeId },
    ...{ counted: 1, expected: Number(found === null), passesDiffer: false, ...doubt },
  };
}

/** [SC14] A unit is one piece, however much happened with it. */
function unitDoubt(standings: readonly BookedStanding[], told: Told, atMs: number): Doubt {
  const isNear = ({ fromMs, clockOffMs }: BookedStanding) =>
    Math.abs(fromMs - atMs) <= clockDoubtMs + clockOffMs + told.clockOffMs;
  if (!standings.some(isNear)) return sure;
  const events = standings.map((standing) => ({ ...standing, atMs: standing.fromMs, pieces: 1 }));
  const doubt = doubtOf(events, { fromMs: atMs, toMs: atMs, tillNumber: told.tillNumber, clockOffMs: told.clockOffMs });
  return { ...doubt, unsure: Math.min(1, doubt.unsure) };
}

function outcomeOf({ state, placeId }: BookedStanding, seenAt: string): UnitVarianceOutcome | null {
  switch (state) {
    case 'in-stock':
    case 'reserved':
    case 'set-aside':
      return placeId === seenAt ? null : 'moved';
    case 'commissioned':
    case 'expected':
      return 'not-received';
    case 'in-transit':
    case 'elsewhere':
      return 'other-store';
    case 'sold':
    case 'gone':
      return state;
    case 'sent-back':
      return 'gone';
    case 'missing':
      return 'turned-up';
    default:
      return unreachable(state);
  }
}

/** [SC12] What a unit that nobody saw at its place says; null: nothing is wrong with that. */
function notSeenLine(unit: UnitBooks, seen: UnitSighting | null, { passOf, closingOf }: Coverage): UnitVariance | null {
  const { gtin14, serial, skuId, standings } = unit;
  // Whatever happened to it later happened with it in hand, so only its last standing can be missing.
  const last = standings.at(-1);
  if (last === undefined || !(isPresent(last.state) || last.state === 'missing')) return null;
  const pass = passOf(last.placeId, skuId);
  const closing = closingOf(last.placeId, pass);
  if (closing === null) return null;
  const doubt = unitDoubt([last], closing, closing.begunAtMs);
  const isLater = last.fromMs > closing.begunAtMs;
  if (isLater && doubt.unsureBecause !== 'clock') return null;
  // Seen after it came to stand there: elsewhere, if not here.
  if (seen !== null && seen.seenAtMs >= last.fromMs) return null;
  const isMissingSince = last.state === 'missing';
  return {
    ...{ type: 'unit', gtin14, serial, skuId, placeId: last.placeId, pass, operatorId: closing.operatorId },
    outcome: isLater ? 'unordered' : isMissingSince ? 'still-missing' : 'missing',
    booked: { state: last.state, placeId: last.placeId },
    ...{ counted: 0, expected: Number(!isLater && !isMissingSince), asOfMs: closing.closedAtMs },
    ...{ ...doubt, passesDiffer: false },
  };
}

function numberVariances(input: CountInput, coverage: Coverage, matched: Map<string, number>): NumberVariance[] {
  const sightings = new Map<string, NumberSighting[]>();
  for (const sighting of input.numberSightings) {
    const key = stockKey(sighting.placeId, sighting.skuId);
    const known = sightings.get(key);
    if (known) known.push(sighting);
    else sightings.set(key, [sighting]);
  }
  const books = new Map(input.numbers.map((one) => [stockKey(one.placeId, one.skuId), one]));
  for (const [key, [first]] of sightings) {
    if (first && !books.has(key)) {
      books.set(key, { placeId: first.placeId, skuId: first.skuId, movements: [], counts: [] });
    }
  }
  const lines: NumberVariance[] = [];
  for (const [key, one] of books) {
    const found = numberOf(one, sightings.get(key) ?? [], coverage);
    if (found === null) continue;
    const { counted, expected } = found;
    add(matched, key, Math.max(0, Math.min(counted, expected)));
    if (counted !== expected) lines.push({ ...found, outcome: counted < expected ? 'short' : 'over' });
    else if (found.unsure > 0 && found.unsureBecause !== 'close') lines.push({ ...found, outcome: 'unordered' });
  }
  return lines;
}

/** [SC14] [SC15] What was counted of a number, and what the books had at that moment; null: nobody counted there. */
function numberOf(
  { placeId, skuId, movements, counts }: NumberBooks,
  sightings: readonly NumberSighting[],
  { passOf, passesOf, closingOf }: Coverage,
): Omit<NumberVariance, 'outcome'> | null {
  const inPass = (pass: number) => {
    const ofPass = sightings.filter((one) => one.pass === pass);
    const closing = closingOf(placeId, pass);
    const last = ofPass.reduce<NumberSighting | null>(
      (latest, one) => (latest === null || one.seenAtMs >= latest.seenAtMs ? one : latest),
      null,
    );
    const said = last === null ? closing : null;
    const asOfMs = last?.seenAtMs ?? said?.closedAtMs;
    if (asOfMs === undefined) return null;
    const from = said?.begunAtMs ?? ofPass.reduce((first, one) => Math.min(first, one.seenAtMs), asOfMs);
    const events = movements.map((one) => ({ ...one, pieces: one.quantity }));
    const told = said ?? toldTogether(ofPass);
    return {
      ...{ asOfMs, pass, operatorId: last?.operatorId ?? said?.operatorId ?? '' },
      counted: ofPass.reduce((sum, one) => sum + one.quantity, 0),
      expected: onHandAt(movements, counts, asOfMs),
      ...doubtOf(events, { ...told, fromMs: from, toMs: asOfMs }),
    };
  };
  const closedPass = passOf(placeId, skuId);
  const latest = sightings.reduce((most, one) => Math.max(most, one.pass), 0);
  const found = inPass(closedPass === 0 ? latest : closedPass);
  if (found === null) return null;
  const others = passesOf(placeId, skuId).flatMap((pass) => inPass(pass) ?? []);
  const passesDiffer = others.some((one) => one.counted - one.expected !== found.counted - found.expected);
  return { type: 'number', placeId, skuId, ...found, passesDiffer };
}

/** What approving a line books; null: there is nothing to book. */
export function unitOutcomeOf(outcome: UnitVarianceOutcome): UnitOutcome | null {
  if (outcome === 'still-missing' || outcome === 'unordered') return null;
  return outcome === 'missing' || outcome === 'moved' ? outcome : 'found';
}
