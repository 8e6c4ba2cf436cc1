import type { CartonDetail, DeliveryDetail } from '#schemas/api/deliveries.ts';
import { type Entry, occurredAtMs, parseEntryId } from '#schemas/journal/envelope.ts';
import { type Fact, factOf } from '#schemas/journal/kinds.ts';
import type { CartonRow, DeliveryRow, ReceiptRow } from '#schemas/stock/delivery.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { readNoticeParts } from './notice-parts.ts';
import { type PhotoBytes, photoBytes } from './photo-bytes.ts';
import { readDelivery, summaryOf } from './read-deliveries.ts';
import { readSkus } from './resolve-rows.ts';

const mostDamaged = 200;
const mostUnknown = 200;
const mostAwaited = 200;
const shownSerials = 20;

type Named = Pick<DeliveryDetail['skus'][number], 'names' | 'variant'>;
type Damage = Omit<DeliveryDetail['damage'][number], keyof Named>;
type People = (entry: Entry) => Pick<DeliveryDetail['announced'], 'operatorName' | 'tillName'>;

/** The goods-received note of a delivery; null: there is none. */
export async function readDeliveryNote(
  context: ServerContext,
  store: OfficeStore,
  deliveryId: string,
): Promise<DeliveryDetail | null> {
  const { pool } = context.database;
  const found = await readDelivery(pool, store.storeId, deliveryId);
  if (found === null) return null;
  const { row, receipts } = found;
  const people = await readPeople(pool, store);
  const told = await readReceiving(pool, store.storeId, receipts, people);
  const [announcement] = await readEntries(pool, store.storeId, [deliveryId]);
  const summary = summaryOf(row, receipts);
  const { skus } = deliveryState(row, receipts);
  const catalogue = await readSkus(pool, store.merchantId, [...new Set(skus.map(({ skuId }) => skuId))]);
  const named = <Row extends { skuId: string }>(one: Row): Row & Named => {
    const sku = catalogue.get(one.skuId);
    return { ...one, names: sku?.names ?? null, variant: sku?.variant ?? null };
  };
  return {
    ...summary,
    serverTimeMs: context.nowMs(),
    announced: announcement
      ? partOf(announcement, people)
      : { entryId: deliveryId, occurredAtMs: row.announcedAtMs, operatorId: '-', operatorName: null, tillName: null },
    skus: skus.map(named),
    cartons: await readCartons(pool, store.storeId, row, receipts),
    receipts: told.receipts,
    parts: await readNoticeParts(pool, store.storeId, row),
    damage: told.damage.map(named),
    unitsAwaited: summary.short > 0 ? await readUnitsAwaited(pool, store.storeId, announcement) : [],
    unknown: told.unknown,
  };
}

function partOf(entry: Entry, people: People) {
  return {
    entryId: entry._id,
    occurredAtMs: occurredAtMs(entry),
    operatorId: entry.operatorId,
    ...people(entry),
  };
}

/** Names of those who work, or worked, in the chain, and of the store's tills. */
async function readPeople(database: Queryable, { merchantId, storeId }: OfficeStore): Promise<People> {
  const operators = await database.query<{ id: string; name: string }>(
    `select operator_id as id, name from operator where merchant_id = $1
     union all select key_id, name from api_key where merchant_id = $1`,
    [merchantId],
  );
  const tills = await database.query<{ number: number; name: string }>(
    'select till_number as number, name from till where store_id = $1',
    [storeId],
  );
  const nameById = new Map(operators.rows.map(({ id, name }) => [id, name]));
  const tillByNumber = new Map(tills.rows.map(({ number, name }) => [number, name]));
  return ({ operatorId, tillNumber }) => ({
    operatorName: nameById.get(operatorId) ?? null,
    tillName: tillNumber === 0 ? null : (tillByNumber.get(tillNumber) ?? String(tillNumber)),
  });
}

/** What only the entries say: who, when, why, and with which photo. Read one by one, as each may be 2 MB. */
async function readReceiving(
  database: Queryable,
  storeId: string,
  rows: readonly ReceiptRow[],
  people: People,
): Promise<Pick<DeliveryDetail, 'receipts' | 'unknown'> & { damage: Damage[] }> {
  const receipts: DeliveryDetail['receipts'] = [];
  const damage: Damage[] = [];
  const unknown = new Map<string, number>();
  for (const { entryId } of rows) {
    const [entry] = await readEntries(database, storeId, [entryId]);
    const fact = entry && factOf(entry);
    if (!entry || !fact?.ok) continue;
    const { kind, body } = fact.value;
    if (kind === 'delivery-closed') {
      receipts.push({ ...partOf(entry, people), pieces: 0, damaged: 0, closes: true, note: body.note });
    }
    if (kind !== 'goods-received') continue;
    const pieces = body.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const damaged = damagedOf(entryId, body);
    damage.push(...damaged.slice(0, mostDamaged - damage.length));
    for (const { text, count } of body.unknown) unknown.set(text, (unknown.get(text) ?? 0) + count);
    receipts.push({
      ...partOf(entry, people),
      pieces,
      damaged: damaged.reduce((sum, { quantity }) => sum + quantity, 0),
      closes: false,
      note: '',
    });
  }
  receipts.sort((a, b) => a.occurredAtMs - b.occurredAtMs);
  const scanned = Array.from(unknown, ([text, count]) => ({ text, count }));
  return { receipts, damage, unknown: scanned.slice(0, mostUnknown) };
}

function damagedOf(entryId: string, body: Extract<Fact, { kind: 'goods-received' }>['body']): Damage[] {
  return body.lines.flatMap(({ skuId, quantity, serials, condition, reason, photo }, at) =>
    condition === 'damaged'
      ? [
          {
            entryId,
            line: at + 1,
            skuId,
            quantity,
            serials: serials.slice(0, shownSerials),
            reason,
            hasPhoto: photo !== null,
          },
        ]
      : [],
  );
}

async function readEntries(database: Queryable, storeId: string, entryIds: readonly string[]): Promise<Entry[]> {
  const ids = entryIds.map((id) => parseEntryId(id)).filter((id) => id !== null);
  const { rows } = await database.query<{ document: string }>(
    `select document::text from journal
      where store_id = $1 and (till_number, sequence) in (select * from unnest($2::int4[], $3::int8[]))`,
    [storeId, ids.map(({ tillNumber }) => tillNumber), ids.map(({ sequence }) => sequence)],
  );
  return rows.map(({ document }) => JSON.parse(document) as Entry);
}

async function readCartons(
  database: Queryable,
  storeId: string,
  delivery: DeliveryRow,
  receipts: readonly ReceiptRow[],
): Promise<DeliveryDetail['cartons']> {
  const { rows } = await database.query<{ sscc: string; expected: number }>(
    `select sscc, (select coalesce(sum((l->>'quantity')::int8), 0) from jsonb_array_elements(row->'lines') l) as expected
       from carton where store_id = $1 and delivery_id = $2`,
    [storeId, delivery.deliveryId],
  );
  const expectedBySscc = new Map(rows.map(({ sscc, expected }) => [sscc, Number(expected)]));
  const cartons = new Map(
    delivery.cartons.map((sscc) => [sscc, { sscc, expected: expectedBySscc.get(sscc) ?? 0, received: 0, damaged: 0 }]),
  );
  for (const { sscc, quantity, condition } of receipts.flatMap(({ lines }) => lines)) {
    if (sscc === null) continue;
    const carton = cartons.get(sscc) ?? { sscc, expected: 0, received: 0, damaged: 0 };
    cartons.set(sscc, carton);
    carton.received += quantity;
    if (condition === 'damaged') carton.damaged += quantity;
  }
  return [...cartons.values()];
}

/** Which items of the notice are still expected: a number alone says that some are missing, and not which. */
async function readUnitsAwaited(
  database: Queryable,
  storeId: string,
  announcement: Entry | undefined,
): Promise<DeliveryDetail['unitsAwaited']> {
  const fact = announcement && factOf(announcement);
  if (!fact?.ok || fact.value.kind !== 'delivery-announced') return [];
  const units = fact.value.body.lines.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
  if (units.length === 0) return [];
  const { rows } = await database.query<DeliveryDetail['unitsAwaited'][number]>(
    `select u.sku_id as "skuId", u.gtin14, u.serial
       from unnest($2::text[], $3::text[]) with ordinality n (gtin14, serial, at)
       join unit u on u.store_id = $1 and u.gtin14 = n.gtin14 and u.serial = n.serial
      where u.state = 'expected' order by n.at limit ${mostAwaited}`,
    [storeId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial)],
  );
  return rows;
}

/** What is announced to be in a carton; null: the delivery has no such carton. */
export async function readCarton(
  database: Queryable,
  { merchantId, storeId }: OfficeStore,
  deliveryId: string,
  sscc: string,
): Promise<CartonDetail | null> {
  const { rows } = await database.query<{ row: CartonRow }>(
    'select row from carton where store_id = $1 and delivery_id = $2 and sscc = $3',
    [storeId, deliveryId, sscc],
  );
  const [carton] = rows;
  if (!carton) return null;
  const skus = await readSkus(database, merchantId, [...new Set(carton.row.lines.map(({ skuId }) => skuId))]);
  const lines = carton.row.lines.map((line) => {
    const { names = null, variant = null } = skus.get(line.skuId) ?? {};
    return { ...line, names, variant };
  });
  return { sscc: carton.row.sscc, lines };
}

/** The photo of a damaged line of a delivery, as bytes; null: there is none. */
export async function readPhoto(
  database: Queryable,
  { storeId }: OfficeStore,
  place: { deliveryId: string; entryId: string; line: number },
): Promise<PhotoBytes | null> {
  const [entry] = await readEntries(database, storeId, [place.entryId]);
  const fact = entry && factOf(entry);
  if (!fact?.ok || fact.value.kind !== 'goods-received') return null;
  const { deliveryId, lines } = fact.value.body;
  const photo = deliveryId === place.deliveryId ? lines[place.line - 1]?.photo : null;
  return photoBytes(photo ?? null);
}
