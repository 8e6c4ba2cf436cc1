import { assert } from '#schemas/assert.ts';
import type { UnitEffect as Effect } from '#schemas/journal/effects.ts';
import { compareSteps, foldUnit, type UnitLife, type UnitStep, unitKey } from '#schemas/stock/unit.ts';
import type { UnitStepType } from '#schemas/stock/unit-states.ts';
import type { Queryable } from '../db/database.ts';
import { type Exception, raiseExceptions, removeExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';
import type { StockDeltas } from './stock-deltas.ts';

export type UnitEffect = Effect & { entryId: string; orderedAtMs: number };

type Step = UnitStep & { skuId: string };
type TouchedUnit = { gtin14: string; serial: string; before: Step[]; added: Step[] };
type Story = { skuId: string; life: UnitLife };

/**
 * Posts the unit steps of a batch: reads all steps of the touched units, folds their lives before and after, and writes
 * the difference to units, stock and exceptions. So the outcome follows from the set of steps, not from their order (P1).
 */
export async function postUnits(
  transaction: Queryable,
  storeId: string,
  effects: readonly UnitEffect[],
  deltas: StockDeltas,
  revision: number,
): Promise<void> {
  if (effects.length === 0) return;
  const units = await readUnits(transaction, storeId, effects);
  const gone: Exception[] = [];
  const raised: Exception[] = [];
  const standings: { unit: TouchedUnit; story: Story }[] = [];
  for (const unit of units) {
    const before = tell(unit.before);
    const after = tell([...unit.before, ...unit.added]);
    assert(after !== null, 'a touched unit has a step');
    countStock(unit, before, after, deltas);
    compareContradictions(unit, before, after, gone, raised);
    if (before === null || !sameStanding(before, after)) standings.push({ unit, story: after });
  }
  await writeSteps(transaction, storeId, units);
  await writeUnits(transaction, storeId, standings, revision);
  await removeExceptions(transaction, storeId, gone);
  await raiseExceptions(transaction, storeId, raised);
}

async function readUnits(
  transaction: Queryable,
  storeId: string,
  effects: readonly UnitEffect[],
): Promise<TouchedUnit[]> {
  const units = new Map<string, TouchedUnit>();
  for (const { gtin14, serial, step, type: _, asOfMs: _asOf, ...told } of effects) {
    const unit = units.get(unitKey(gtin14, serial)) ?? { gtin14, serial, before: [], added: [] };
    unit.added.push({ ...told, type: step });
    units.set(unitKey(gtin14, serial), unit);
  }
  const touched = [...units.values()];
  const { rows } = await transaction.query<StepRow>({
    name: 'steps of units',
    text: `select k.at, s.type, s.place_id, s.sku_id, s.entry_id, s.ordered_at_ms, s.line_number,
                  s.batch, s.expires_on, s.on_day
             from unnest($2::text[], $3::text[]) with ordinality k(gtin14, serial, at)
             join unit_step s on s.store_id = $1 and s.gtin14 = k.gtin14 and s.serial = k.serial`,
    values: [storeId, touched.map((unit) => unit.gtin14), touched.map((unit) => unit.serial)],
  });
  for (const row of rows) {
    touched[row.at - 1]?.before.push({
      type: row.type,
      placeId: row.place_id,
      skuId: row.sku_id,
      entryId: row.entry_id,
      orderedAtMs: row.ordered_at_ms,
      lineNumber: row.line_number,
      batch: row.batch,
      expiresOn: row.expires_on,
      onDay: row.on_day,
    });
  }
  return touched;
}

type StepRow = {
  at: number;
  type: UnitStepType;
  place_id: string;
  sku_id: string;
  entry_id: string;
  ordered_at_ms: number;
  line_number: number;
  batch: string | null;
  expires_on: string | null;
  on_day: string | null;
};

/** A unit counts as the SKU that its last step names: tills may have disagreed about what its GTIN is. */
function tell(steps: readonly Step[]): Story | null {
  const [first, ...others] = steps;
  if (first === undefined) return null;
  const last = others.reduce((latest, step) => (compareSteps(latest, step) < 0 ? step : latest), first);
  return { skuId: last.skuId, life: foldUnit(steps) };
}

function sameStanding(before: Story, after: Story): boolean {
  const [a, b] = [before.life.standing, after.life.standing];
  return (
    before.skuId === after.skuId &&
    a?.state === b?.state &&
    a?.placeId === b?.placeId &&
    a?.entryId === b?.entryId &&
    a?.orderedAtMs === b?.orderedAtMs &&
    a?.batch === b?.batch &&
    a?.expiresOn === b?.expiresOn
  );
}

function countStock(unit: TouchedUnit, before: Story | null, after: Story, deltas: StockDeltas): void {
  const steps = [...unit.before, ...unit.added];
  // Every row that some order of these steps would have made, so that all orders make the same rows.
  for (const skuId of new Set(steps.map((step) => step.skuId))) {
    for (const placeId of new Set(steps.map((step) => step.placeId))) deltas.touch(placeId, skuId);
  }
  for (const { placeId, column, quantity } of before?.life.stock ?? []) {
    deltas.add(placeId, before?.skuId ?? after.skuId, column, -quantity);
  }
  for (const { placeId, column, quantity } of after.life.stock) deltas.add(placeId, after.skuId, column, quantity);
}

/** One row for an entry, a code and a unit; the lines that contradict are in the detail. */
function contradictionsOf(unit: TouchedUnit, story: Story | null): Map<string, Exception> {
  const found = new Map<string, Exception>();
  for (const { code, entryId, lineNumber } of story?.life.contradictions ?? []) {
    const name = `${entryId} ${code}`;
    const earlier = found.get(name);
    const detail = earlier ? `${earlier.detail}, ${lineNumber}` : `line ${lineNumber}`;
    found.set(name, { code, entryId, subject: unitKey(unit.gtin14, unit.serial), detail });
  }
  return found;
}

function compareContradictions(
  unit: TouchedUnit,
  before: Story | null,
  after: Story,
  gone: Exception[],
  raised: Exception[],
): void {
  const old = contradictionsOf(unit, before);
  const now = contradictionsOf(unit, after);
  for (const [name, contradiction] of old) if (!now.has(name)) gone.push(contradiction);
  for (const [name, contradiction] of now) {
    if (old.get(name)?.detail !== contradiction.detail) raised.push(contradiction);
  }
}

function writeSteps(transaction: Queryable, storeId: string, units: readonly TouchedUnit[]): Promise<void> {
  const steps = units.flatMap((unit) => unit.added.map((step) => ({ unit, step })));
  return insertColumns(transaction, 'unit_step', storeId, [
    ['gtin14', 'text', steps.map(({ unit }) => unit.gtin14)],
    ['serial', 'text', steps.map(({ unit }) => unit.serial)],
    ['entry_id', 'text', steps.map(({ step }) => step.entryId)],
    ['line_number', 'int4', steps.map(({ step }) => step.lineNumber)],
    ['type', 'text', steps.map(({ step }) => step.type)],
    ['sku_id', 'text', steps.map(({ step }) => step.skuId)],
    ['place_id', 'text', steps.map(({ step }) => step.placeId)],
    ['ordered_at_ms', 'int8', steps.map(({ step }) => step.orderedAtMs)],
    ['batch', 'text', steps.map(({ step }) => step.batch)],
    ['expires_on', 'text', steps.map(({ step }) => step.expiresOn)],
    ['on_day', 'text', steps.map(({ step }) => step.onDay)],
  ]);
}

async function writeUnits(
  transaction: Queryable,
  storeId: string,
  standings: readonly { unit: TouchedUnit; story: Story }[],
  revision: number,
): Promise<void> {
  await insertColumns(
    transaction,
    'unit',
    storeId,
    [
      ['gtin14', 'text', standings.map(({ unit }) => unit.gtin14)],
      ['serial', 'text', standings.map(({ unit }) => unit.serial)],
      ['sku_id', 'text', standings.map(({ story }) => story.skuId)],
      ['place_id', 'text', standings.map(({ story }) => story.life.standing?.placeId ?? '')],
      ['state', 'text', standings.map(({ story }) => story.life.standing?.state ?? '')],
      ['entry_id', 'text', standings.map(({ story }) => story.life.standing?.entryId ?? '')],
      ['ordered_at_ms', 'int8', standings.map(({ story }) => story.life.standing?.orderedAtMs ?? 0)],
      ['batch', 'text', standings.map(({ story }) => story.life.standing?.batch ?? null)],
      ['expires_on', 'text', standings.map(({ story }) => story.life.standing?.expiresOn ?? null)],
      ['revision', 'int8', standings.map(() => revision)],
    ],
    `on conflict (store_id, gtin14, serial) do update set sku_id = excluded.sku_id, place_id = excluded.place_id,
       state = excluded.state, entry_id = excluded.entry_id, ordered_at_ms = excluded.ordered_at_ms,
       batch = excluded.batch, expires_on = excluded.expires_on, revision = excluded.revision`,
  );
}
