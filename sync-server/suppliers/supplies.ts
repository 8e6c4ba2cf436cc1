import type { DeliveryDetail } from '#schemas/api/deliveries.ts';
import type { Supplies, SuppliesQuery, SupplyList, SupplyNote } from '#schemas/api/supplies.ts';
import type { DeliveryRow } from '#schemas/stock/delivery.ts';
import type { OfficeStore, OfficeSupplier } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { isClosedSql, readReceipts, summaryOf } from '../deliveries/read-deliveries.ts';
import { readDeliveryNote } from '../deliveries/read-delivery-note.ts';

type Place = { storeId: string; storeName: string; timeZone: string };

export async function readSupplies(database: Queryable, supplier: OfficeSupplier): Promise<Supplies> {
  const { merchantId, supplierId, name } = supplier;
  const { rows } = await database.query<{
    merchantName: string;
    storeId: string | null;
    name: string;
    timeZone: string;
  }>(
    `select m.name as "merchantName", s.store_id as "storeId", s.name, s.time_zone as "timeZone"
       from merchant m left join store s using (merchant_id) where m.merchant_id = $1 order by s.name, s.store_id`,
    [merchantId],
  );
  const stores = rows.flatMap(({ storeId, name: storeName, timeZone }) =>
    storeId === null ? [] : [{ storeId, name: storeName, timeZone }],
  );
  return { supplierId, name, merchantName: rows[0]?.merchantName ?? '', stores };
}

/** [A1] What one supplier announced to the stores of the chain, latest first. */
export async function listSupplies(
  database: Queryable,
  { merchantId, supplierId }: OfficeSupplier,
  { state, limit, before }: SuppliesQuery,
): Promise<Omit<SupplyList, 'serverTimeMs'>> {
  const [atMs = null, markStore = null, markId = null] = before?.split('_') ?? [];
  const { rows } = await database.query<Place & { row: DeliveryRow }>(
    `select d.row, s.store_id as "storeId", s.name as "storeName", s.time_zone as "timeZone"
       from store s join delivery d on d.store_id = s.store_id
      where s.merchant_id = $1 and (d.row -> 'source' ->> 'supplierId') = $2
        and ${state === 'closed' ? '' : 'not '}${isClosedSql}
        and ($4::int8 is null or (d.announced_at_ms, d.store_id, d.delivery_id) < ($4::int8, $5::text, $6::text))
      order by d.announced_at_ms desc, d.store_id desc, d.delivery_id desc limit $3`,
    [merchantId, supplierId, limit + 1, atMs, markStore, markId],
  );
  const shown = rows.slice(0, limit);
  const deliveries: SupplyList['deliveries'] = [];
  for (const { row, ...place } of shown) {
    const receipts = await readReceipts(database, place.storeId, [row.deliveryId]);
    const { source: _, ...summary } = summaryOf(row, receipts.get(row.deliveryId) ?? []);
    deliveries.push({ ...summary, ...place });
  }
  const last = shown.at(-1);
  const mark = last && `${last.row.announcedAtMs}_${last.storeId}_${last.row.deliveryId}`;
  return { deliveries, next: rows.length > limit && mark ? mark : null };
}

/** [A1] The note of a delivery, as far as it is the supplier's business; null: it is none of theirs. */
export async function readSupplyNote(
  context: ServerContext,
  supplier: OfficeSupplier,
  store: OfficeStore,
  deliveryId: string,
): Promise<SupplyNote | null> {
  if (!(await isTheirs(context.database.pool, supplier, store, deliveryId))) return null;
  const note = await readDeliveryNote(context, store, deliveryId);
  const { rows } = await context.database.pool.query<{ name: string }>('select name from store where store_id = $1', [
    store.storeId,
  ]);
  return note && toldOf(note, { storeId: store.storeId, storeName: rows[0]?.name ?? '', timeZone: store.timeZone });
}

async function isTheirs(
  database: Queryable,
  { merchantId, supplierId }: OfficeSupplier,
  store: OfficeStore,
  deliveryId: string,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `select 1 from delivery d join store s on s.store_id = d.store_id
      where d.store_id = $1 and d.delivery_id = $2 and s.merchant_id = $3 and (d.row -> 'source' ->> 'supplierId') = $4`,
    [store.storeId, deliveryId, merchantId, supplierId],
  );
  return rowCount !== 0;
}

/** Leaves out who received, the store's notes and photos, and what else was scanned, which may be another supplier's. */
function toldOf(note: DeliveryDetail, place: Place): SupplyNote {
  const {
    source: _source,
    announced: _announced,
    unknown: _unknown,
    cartons: _cartons,
    unitsAwaited: _awaited,
    receipts,
    damage,
    ...told
  } = note;
  return {
    ...told,
    ...place,
    receipts: receipts.map(({ occurredAtMs, pieces, damaged, closes }) => ({ occurredAtMs, pieces, damaged, closes })),
    damage: damage.map(({ entryId: _entryId, line: _line, hasPhoto: _hasPhoto, ...one }) => one),
  };
}
