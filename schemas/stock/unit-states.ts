/**
 * Where a unit can stand in the books of one store.
 * - `commissioned`: its code was made here; the thing itself is not in the store yet.
 * - `expected`: a shipping notice says that it is on its way to this store.
 * - `in-stock`, `reserved`, `set-aside`: it is at a place of the store, and counts as on hand there. A reserved one waits for
 *   a customer; one set aside is not to be sold (damaged, returned broken, recalled).
 * - `in-transit`: sent to another store, which has not said yet that it has it. `elsewhere`: it has.
 * - `sold`; `gone`: written off; `sent-back`: to the supplier that it came from. `missing`: it should be at a place, and a stock-take did not find it there.
 */
export const unitStates = [
  'commissioned',
  'expected',
  'in-stock',
  'reserved',
  'set-aside',
  'in-transit',
  'elsewhere',
  'sold',
  'gone',
  'sent-back',
  'missing',
] as const;
export type UnitState = (typeof unitStates)[number];

/** At a place of the store: counted as on hand (S1). */
export type PresentState = 'in-stock' | 'reserved' | 'set-aside';
export function isPresent(state: UnitState): state is PresentState {
  return state === 'in-stock' || state === 'reserved' || state === 'set-aside';
}

/** What can happen to a unit. `arrived`: received from another store; `delivered`: the other store has what was sent. `missed`: not there when all was counted. */
export const unitStepTypes = [
  'commissioned',
  'announced',
  'received',
  'received-damaged',
  'arrived',
  'arrived-damaged',
  'moved',
  'sent',
  'delivered',
  'reserved',
  'set-aside',
  'sold',
  'returned',
  'returned-damaged',
  'written-off',
  'sent-back',
  'found',
  'missed',
] as const;
export type UnitStepType = (typeof unitStepTypes)[number];

/** What contradicts the books; posted all the same, and shown to the manager. */
export const unitContradictions = [
  'unit-unknown',
  'unit-not-received',
  'unit-received-twice',
  'unit-commissioned-twice',
  'unit-reserved',
  'unit-set-aside',
  'unit-in-transit',
  'unit-elsewhere',
  'unit-sold',
  'unit-sold-twice',
  'unit-returned-unsold',
  'unit-gone',
  'unit-sent-back',
  'unit-missing',
  'unit-expired',
] as const;
export type UnitContradiction = (typeof unitContradictions)[number];

/** One cell of the table: the state after the step, and what it contradicts. `stays` is the state from before. */
export type Cell = { after: UnitState; contradiction: UnitContradiction | null };

type Row = readonly [after: UnitState | 'stays', contradiction: UnitContradiction | null];
/** An unknown unit has nothing to stay in. */
type Column = Readonly<Record<UnitState, Row> & { unknown: readonly [UnitState, UnitContradiction | null] }>;

/** Somebody has the unit in hand where the books know better: it is there all the same, and the manager hears of it. */
function inHand(after: UnitState, also: Partial<Column> = {}): Column {
  return {
    unknown: [after, 'unit-unknown'],
    commissioned: [after, 'unit-not-received'],
    expected: [after, 'unit-not-received'],
    'in-stock': [after, null],
    reserved: [after, 'unit-reserved'],
    'set-aside': [after, null],
    'in-transit': [after, 'unit-in-transit'],
    elsewhere: [after, 'unit-elsewhere'],
    sold: [after, 'unit-sold'],
    gone: [after, 'unit-gone'],
    'sent-back': [after, 'unit-sent-back'],
    missing: [after, 'unit-missing'],
    ...also,
  };
}

function comesIn(after: UnitState): Column {
  return inHand(after, {
    unknown: [after, null],
    commissioned: [after, null],
    expected: [after, null],
    'in-stock': [after, 'unit-received-twice'],
    reserved: [after, 'unit-received-twice'],
    'set-aside': [after, 'unit-received-twice'],
    // It was sent away and came back.
    'in-transit': [after, null],
    elsewhere: [after, null],
    sold: [after, 'unit-received-twice'],
    gone: [after, 'unit-received-twice'],
    // The supplier mended it, or sends it once more.
    'sent-back': [after, null],
    missing: [after, 'unit-missing'],
  });
}

/** A customer brings it back. */
function comesBack(after: UnitState): Column {
  const unsold = [after, 'unit-returned-unsold'] as const;
  return {
    unknown: [after, 'unit-unknown'],
    commissioned: unsold,
    expected: unsold,
    'in-stock': unsold,
    reserved: unsold,
    'set-aside': unsold,
    'in-transit': unsold,
    elsewhere: unsold,
    sold: [after, null],
    gone: unsold,
    'sent-back': unsold,
    // Not only that it turned up: nobody sold it.
    missing: unsold,
  };
}

/**
 * Every state × every step is decided here. A step that is a message (a code was made, a notice came) changes nothing about
 * a unit that somebody has had in hand since; a step that somebody made with the unit in hand always happens.
 */
const table: Readonly<Record<UnitStepType, Column>> = {
  commissioned: {
    unknown: ['commissioned', null],
    commissioned: ['stays', 'unit-commissioned-twice'],
    expected: ['stays', 'unit-commissioned-twice'],
    'in-stock': ['stays', 'unit-commissioned-twice'],
    reserved: ['stays', 'unit-commissioned-twice'],
    'set-aside': ['stays', 'unit-commissioned-twice'],
    'in-transit': ['stays', 'unit-commissioned-twice'],
    elsewhere: ['stays', 'unit-commissioned-twice'],
    sold: ['stays', 'unit-commissioned-twice'],
    gone: ['stays', 'unit-commissioned-twice'],
    'sent-back': ['stays', 'unit-commissioned-twice'],
    missing: ['stays', 'unit-commissioned-twice'],
  },
  announced: {
    unknown: ['expected', null],
    commissioned: ['expected', null],
    expected: ['stays', null],
    // The notice came after the goods.
    'in-stock': ['stays', null],
    reserved: ['stays', null],
    'set-aside': ['stays', null],
    sold: ['stays', null],
    // What was sent away, or given up, is sent back.
    'in-transit': ['expected', null],
    elsewhere: ['expected', null],
    gone: ['expected', null],
    'sent-back': ['expected', null],
    missing: ['expected', null],
  },
  received: comesIn('in-stock'),
  'received-damaged': comesIn('set-aside'),
  arrived: comesIn('in-stock'),
  'arrived-damaged': comesIn('set-aside'),
  moved: inHand('in-stock', { reserved: ['stays', null], 'set-aside': ['stays', null] }),
  sent: inHand('in-transit'),
  delivered: {
    unknown: ['elsewhere', null],
    commissioned: ['elsewhere', null],
    expected: ['stays', null],
    'in-stock': ['stays', 'unit-elsewhere'],
    reserved: ['stays', 'unit-elsewhere'],
    'set-aside': ['stays', 'unit-elsewhere'],
    'in-transit': ['elsewhere', null],
    elsewhere: ['stays', null],
    sold: ['stays', 'unit-elsewhere'],
    gone: ['elsewhere', 'unit-gone'],
    'sent-back': ['stays', 'unit-elsewhere'],
    missing: ['elsewhere', 'unit-missing'],
  },
  reserved: inHand('reserved', { reserved: ['stays', null], 'set-aside': ['reserved', 'unit-set-aside'] }),
  'set-aside': inHand('set-aside', { reserved: ['set-aside', null] }),
  sold: inHand('sold', { 'set-aside': ['sold', 'unit-set-aside'], sold: ['sold', 'unit-sold-twice'] }),
  returned: comesBack('in-stock'),
  'returned-damaged': comesBack('set-aside'),
  'written-off': inHand('gone', {
    // A spoilt label; a carton that was lost on its way here or there.
    commissioned: ['gone', null],
    expected: ['gone', null],
    'in-transit': ['gone', null],
    reserved: ['gone', null],
    missing: ['gone', null],
  }),
  'sent-back': inHand('sent-back', { reserved: ['sent-back', null] }),
  // A correction by hand: what the books said before is what is corrected.
  found: {
    unknown: ['in-stock', null],
    commissioned: ['in-stock', null],
    expected: ['in-stock', null],
    'in-stock': ['in-stock', null],
    reserved: ['in-stock', null],
    'set-aside': ['in-stock', null],
    'in-transit': ['in-stock', null],
    elsewhere: ['in-stock', null],
    sold: ['in-stock', null],
    gone: ['in-stock', null],
    'sent-back': ['in-stock', null],
    missing: ['in-stock', null],
  },
  // Nobody has it in hand: whatever the books know of it since, or learn later of before, is no contradiction.
  missed: {
    unknown: ['missing', null],
    commissioned: ['stays', null],
    expected: ['stays', null],
    'in-stock': ['missing', null],
    reserved: ['missing', null],
    'set-aside': ['missing', null],
    'in-transit': ['stays', null],
    elsewhere: ['stays', null],
    sold: ['stays', null],
    gone: ['stays', null],
    'sent-back': ['stays', null],
    missing: ['stays', null],
  },
};

/** [S2] What a step does from a state; `null` where the store has not heard of the unit. */
export function cellOf(before: UnitState | null, type: UnitStepType): Cell {
  const column = table[type];
  if (before === null) {
    const [after, contradiction] = column.unknown;
    return { after, contradiction };
  }
  const [after, contradiction] = column[before];
  return { after: after === 'stays' ? before : after, contradiction };
}
