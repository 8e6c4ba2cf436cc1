import type { ClockOff } from '#schemas/journal/clock-spans.ts';
import { type LedgerExtract, numberBooksOf, standingsOf, toldBy } from '#schemas/stock/count-books.ts';
import type { Told } from '#schemas/stock/count-doubt.ts';
import type { CountScope } from '#schemas/stock/count-entries.ts';
import type {
  BookedMovement,
  BookedStanding,
  NumberBooks,
  NumberSighting,
  UnitBooks,
  UnitSighting,
} from '#schemas/stock/count-variance.ts';
import { stockKey } from '#schemas/stock/stock-row.ts';
import type { UnitStep } from '#schemas/stock/unit.ts';
import type { Queryable } from '../db/database.ts';

export type BooksQuestion = {
  merchantId: string;
  storeId: string;
  countId: string;
  scope: CountScope;
  /** Entries that approved it: their corrections are not in the books that it is held against. */
  ownEntryIds: readonly string[];
  /** Before its first moment by more than clocks may be off. */
  sinceMs: number;
  clockOff: ClockOff;
};

/** Who told, once an entry: batches hold many scans. */
export function tellers(clockOff: ClockOff): (entryId: string) => Told {
  const known = new Map<string, Told>();
  return (entryId) => {
    const told = known.get(entryId) ?? toldBy(entryId, clockOff);
    known.set(entryId, told);
    return told;
  };
}

type Untold<Sighting> = Omit<Sighting, keyof Told> & { entryId: string };

/** SKUs of chain $1 that a scope allows: $2 SKUs, $3 categories, $4 brands. */
export const scopedSkus = `
  select sku_id from sku
   where merchant_id = $1 and (cardinality($2::text[]) = 0 or sku_id = any ($2))
     and (cardinality($3::text[]) = 0 or category_id = any ($3))
     and (cardinality($4::text[]) = 0 or brand = any ($4))`;

export function scopeValues(merchantId: string, { skuIds, categoryIds, brands }: CountScope): unknown[] {
  return [merchantId, skuIds, categoryIds, brands];
}

/**
 * Columns of many rows as one text each, which JSON.parse reads many times faster than a row is read. A hundred thousand rows are
 * what a review takes longest for.
 */
function packed(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, column]) => `json_agg(${column}) as "${name}"`)
    .join(', ');
}

type SeenGroup = Pick<UnitSighting, 'placeId' | 'pass'> &
  Record<'gtins' | 'serials' | 'skuIds' | 'seenAtMs' | 'takenBack' | 'operatorIds' | 'entryIds', string>;

/** Units that were seen, in no order. */
export async function readUnitSightings(
  database: Queryable,
  storeId: string,
  countId: string,
): Promise<Untold<UnitSighting>[]> {
  const { rows } = await database.query<SeenGroup>(
    `select place_id as "placeId", pass,
            ${packed({ gtins: 'gtin14', serials: 'serial', skuIds: 'sku_id', seenAtMs: 'seen_at_ms' })},
            ${packed({ takenBack: 'is_taken_back', operatorIds: 'operator_id', entryIds: 'entry_id' })}
       from count_unit where store_id = $1 and count_id = $2 group by place_id, pass`,
    [storeId, countId],
  );
  return rows.flatMap(({ placeId, pass, ...group }) => {
    const [serials, skuIds, operatorIds, entryIds] = [
      textsOf(group.serials),
      textsOf(group.skuIds),
      textsOf(group.operatorIds),
      textsOf(group.entryIds),
    ];
    const seenAtMs: number[] = JSON.parse(group.seenAtMs);
    const takenBack: boolean[] = JSON.parse(group.takenBack);
    return textsOf(group.gtins).map((gtin14, at) => ({
      ...{ gtin14, serial: serials[at] ?? '', skuId: skuIds[at] ?? '', placeId, pass, seenAtMs: seenAtMs[at] ?? 0 },
      ...{ operatorId: operatorIds[at] ?? '', isTakenBack: takenBack[at] === true, entryId: entryIds[at] ?? '' },
    }));
  });
}

function textsOf(column: string): string[] {
  return JSON.parse(column);
}

/** Pieces without item codes that were seen, in no order. */
export async function readNumberSightings(
  database: Queryable,
  storeId: string,
  countId: string,
): Promise<Untold<NumberSighting>[]> {
  const { rows } = await database.query<Untold<NumberSighting>>(
    `select sku_id as "skuId", place_id as "placeId", pass, seen_at_ms as "seenAtMs", operator_id as "operatorId", quantity,
            entry_id as "entryId"
       from count_quantity where store_id = $1 and count_id = $2`,
    [storeId, countId],
  );
  return rows;
}

type UnitNow = { gtin14: string; serial: string; skuId: string };
type UnitGroup = Pick<BookedStanding, 'state' | 'placeId'> &
  Record<'gtins' | 'serials' | 'skuIds' | 'orderedAtMs', string>;

/**
 * The books of every unit that stands in the scope, is missing there, or was seen. Whose last step is older than the count stood
 * as it stands now; the lives of the others are read.
 */
export async function readUnitBooks(database: Queryable, question: BooksQuestion): Promise<UnitBooks[]> {
  const { merchantId, storeId, countId, scope, ownEntryIds, sinceMs, clockOff } = question;
  const { rows } = await database.query<UnitGroup>(
    `with scoped as (${scopedSkus})
     select u.state, u.place_id as "placeId",
            ${packed({ gtins: 'u.gtin14', serials: 'u.serial', skuIds: 'u.sku_id', orderedAtMs: 'u.ordered_at_ms' })}
       from unit u
      where u.store_id = $5
        and ((u.state in ('in-stock', 'reserved', 'set-aside', 'missing') and u.sku_id in (select sku_id from scoped)
              and (cardinality($6::text[]) = 0 or u.place_id = any ($6)))
          or u.ordered_at_ms >= $7
          or exists (select 1 from count_unit c where c.store_id = u.store_id and c.count_id = $8
                                                  and c.gtin14 = u.gtin14 and c.serial = u.serial))
      group by u.state, u.place_id`,
    [...scopeValues(merchantId, scope), storeId, scope.placeIds, sinceMs, countId],
  );
  const books: UnitBooks[] = [];
  const lately: UnitNow[] = [];
  for (const { state, placeId, ...group } of rows) {
    const [serials, skuIds] = [textsOf(group.serials), textsOf(group.skuIds)];
    const orderedAtMs: number[] = JSON.parse(group.orderedAtMs);
    for (const [at, gtin14] of textsOf(group.gtins).entries()) {
      const [serial = '', skuId = '', fromMs = 0] = [serials[at], skuIds[at], orderedAtMs[at]];
      if (fromMs >= sinceMs) lately.push({ gtin14, serial, skuId });
      else {
        const standings = [{ fromMs, state, placeId, tillNumber: null, clockOffMs: 0 }];
        books.push({ gtin14, serial, skuId, standings });
      }
    }
  }
  const lives = await readLives(database, storeId, lately, ownEntryIds);
  for (const unit of lately) {
    const standings = standingsOf(lives.get(`${unit.gtin14}.${unit.serial}`) ?? [], clockOff);
    if (standings.length > 0) books.push({ ...unit, standings });
  }
  return books;
}

async function readLives(
  database: Queryable,
  storeId: string,
  units: readonly UnitNow[],
  ownEntryIds: readonly string[],
): Promise<Map<string, UnitStep[]>> {
  const lives = new Map<string, UnitStep[]>();
  if (units.length === 0) return lives;
  const { rows } = await database.query<UnitStep & { gtin14: string; serial: string }>(
    `select s.gtin14, s.serial, s.type, s.place_id as "placeId", s.entry_id as "entryId", s.ordered_at_ms as "orderedAtMs",
            s.line_number as "lineNumber", s.batch, s.expires_on as "expiresOn", s.on_day as "onDay"
       from unnest($2::text[], $3::text[]) k(gtin14, serial)
       join unit_step s on s.store_id = $1 and s.gtin14 = k.gtin14 and s.serial = k.serial
      where s.entry_id <> all ($4)`,
    [storeId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial), ownEntryIds],
  );
  for (const { gtin14, serial, ...step } of rows) {
    const key = `${gtin14}.${serial}`;
    const life = lives.get(key);
    if (life) life.push(step);
    else lives.set(key, [step]);
  }
  return lives;
}

/** The books of pieces without item codes: of every SKU and place in the scope, and of what was counted. */
export async function readNumberBooks(database: Queryable, question: BooksQuestion): Promise<NumberBooks[]> {
  const { merchantId, storeId, countId, scope, ownEntryIds, sinceMs, clockOff } = question;
  const { rows } = await database.query<Omit<LedgerExtract, 'after'>>(
    `with scoped as (${scopedSkus}),
          wanted as (
            select place_id, sku_id, coalesce(sum(quantity) filter (where ordered_at_ms <= $8), 0)::int8 as moved
              from stock_movement
             where store_id = $5 and sku_id in (select sku_id from scoped)
               and (cardinality($6::text[]) = 0 or place_id = any ($6))
             group by place_id, sku_id),
          counted as (
            select distinct place_id, sku_id from count_quantity where store_id = $5 and count_id = $7
            except select place_id, sku_id from wanted),
          asked as (
            select place_id, sku_id, moved from wanted
            union all
            select c.place_id, c.sku_id, coalesce((
                     select sum(m.quantity) from stock_movement m
                      where m.store_id = $5 and m.place_id = c.place_id and m.sku_id = c.sku_id and m.ordered_at_ms <= $8), 0)::int8
              from counted c)
     select a.place_id as "placeId", a.sku_id as "skuId", a.moved,
            (select jsonb_build_object('counted', l.counted, 'asOfMs', l.as_of_ms, 'entryId', l.entry_id,
                      'lineNumber', l.line_number, 'movedUntil',
                      (select coalesce(sum(m.quantity), 0) from stock_movement m
                        where m.store_id = $5 and m.place_id = a.place_id and m.sku_id = a.sku_id
                          and m.ordered_at_ms <= l.as_of_ms))
               from count_line l
              where l.store_id = $5 and l.place_id = a.place_id and l.sku_id = a.sku_id and l.counted is not null
                and l.as_of_ms <= $8 and l.entry_id <> all ($9)
              order by l.as_of_ms desc, l.entry_id, l.line_number limit 1) as latest,
            (select coalesce(jsonb_agg(jsonb_build_object('counted', l.counted, 'asOfMs', l.as_of_ms, 'entryId', l.entry_id,
                                                          'lineNumber', l.line_number)), '[]') from count_line l
              where l.store_id = $5 and l.place_id = a.place_id and l.sku_id = a.sku_id and l.counted is not null
                and l.as_of_ms > $8 and l.entry_id <> all ($9)) as "countsAfter"
       from asked a`,
    [...scopeValues(merchantId, scope), storeId, scope.placeIds, countId, sinceMs, ownEntryIds],
  );
  const after = await readMovements(database, storeId, sinceMs, clockOff);
  return rows.map((row) =>
    numberBooksOf({ ...row, after: after.get(stockKey(row.placeId, row.skuId)) ?? [] }, sinceMs),
  );
}

/** What moved after a moment, by place and SKU, in the order of time. */
async function readMovements(
  database: Queryable,
  storeId: string,
  sinceMs: number,
  clockOff: ClockOff,
): Promise<Map<string, BookedMovement[]>> {
  const { rows } = await database.query<{ key: string; atMs: number; quantity: number; entryId: string }>(
    `select place_id || '|' || sku_id as key, ordered_at_ms as "atMs", quantity, entry_id as "entryId"
       from stock_movement where store_id = $1 and ordered_at_ms > $2 order by ordered_at_ms`,
    [storeId, sinceMs],
  );
  const tell = tellers(clockOff);
  const movements = new Map<string, BookedMovement[]>();
  for (const { key, atMs, quantity, entryId } of rows) {
    const movement = { atMs, quantity, ...tell(entryId) };
    const known = movements.get(key);
    if (known) known.push(movement);
    else movements.set(key, [movement]);
  }
  return movements;
}
