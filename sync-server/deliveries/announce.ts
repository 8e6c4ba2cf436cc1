import { type AnnounceAnswer, type Announcement, maxDeliveryBytes } from '#schemas/api/deliveries.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { PackedLine } from '#schemas/stock/delivery.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type BackOfficeFailure, writeBackOfficeEntries } from '../journal/back-office.ts';
import { announcedOrder, orderWarnings } from '../orders/announced-order.ts';
import { deliveriesOfShipment } from '../orders/read-shipments.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { openSupplierName } from '../suppliers/supplier-list.ts';
import { refuseAnnounced } from './announced-before.ts';
import { announcedParts } from './announced-lines.ts';
import { keep, type ReadNotice } from './announcement-csv.ts';
import { RowProblems } from './announcement-row.ts';
import { type NamedSupplier, warningsOf } from './announcement-warnings.ts';
import { partMark } from './notice-parts.ts';
import { type Resolved, resolveRows } from './resolve-rows.ts';

const shownProblems = 100;
const shownSkus = 50;

export type AnnounceOptions = {
  store: OfficeStore;
  /** Who announces: a person, or another system by its key. */
  actorId: string;
  /** Of the chain's list; undefined: not said. */
  supplierId: string | undefined;
  /** The supplier announces itself, and is told nothing of what others have in the store. */
  isBySupplier: boolean;
  announcement: Announcement;
  /** What the supplier packed it as: it is announced once. */
  shipmentId?: string;
  notice: ReadNotice;
  /** Everything but the writing. */
  isPreview: boolean;
};

/**
 * Announces a delivery: all of it or, when anything is wrong, nothing. What is over the size of an entry becomes several
 * deliveries, cut between cartons, whose entries are committed together.
 */
export async function announce(
  context: ServerContext,
  options: AnnounceOptions,
): Promise<Result<AnnounceAnswer, BackOfficeFailure>> {
  const { store, supplierId, announcement, notice, isPreview } = options;
  const { pool } = context.database;
  const placeId = await placeOf(context, store.storeId, announcement.placeId);
  if (placeId === null) notice.failure ??= { code: 'place-unknown', columns: [] };
  const supplier = await supplierOf(pool, store.merchantId, supplierId);
  if (supplier === null && !(isPreview && supplierId === undefined)) {
    notice.failure ??= { code: 'supplier-unknown', columns: [] };
  }
  const order = await announcedOrder(pool, store.storeId, supplier, announcement.orderId);
  if (!order.ok) notice.failure ??= { code: order.error.code, columns: [] };
  if (notice.failure || placeId === null || !order.ok) return ok(answerOf(notice));
  const resolved = await resolveRows(pool, store.merchantId, notice);
  if (options.shipmentId !== undefined && supplier)
    await refuseAnnounced(pool, store, supplier.supplierId, resolved, notice);
  const { parts, bytes, tooLarge } = announcedParts(resolved.rows);
  for (const { line, sscc } of tooLarge) {
    const problems = new RowProblems(line);
    problems.add('sscc', sscc, 'carton-too-large');
    keep(notice, problems.found);
  }
  if (bytes > maxDeliveryBytes) notice.failure = { code: 'too-large', columns: [] };
  if (notice.failure || notice.problemCount > 0) return ok(answerOf(notice));
  const today = businessDayAt(context.nowMs(), store.timeZone);
  const { reference } = announcement;
  const asked = { reference, supplier, resolved, today, isBySupplier: options.isBySupplier };
  const warnings = [
    ...(await warningsOf(pool, store.storeId, asked)),
    ...(order.value ? orderWarnings(order.value, resolved) : []),
  ];
  const answer = { ...answerOf(notice), warnings, summary: summaryOf(resolved, parts.length) };
  if (isPreview || supplier === null) return ok(answer);
  const written = await write(context, options, { supplier, placeId, parts });
  return written.ok ? ok({ ...answer, deliveryIds: written.value.map(({ _id }) => _id) }) : fail(written.error);
}

type Told = { supplier: NamedSupplier; placeId: string; parts: PackedLine[][] };

/** [SH5] None where the shipment is announced already. */
function write(context: ServerContext, options: AnnounceOptions, { supplier, placeId, parts }: Told) {
  const { store, actorId, announcement, shipmentId } = options;
  const { storeId } = store;
  const drafts = parts.map((lines, at) => ({
    kind: 'delivery-announced',
    body: bodyOf(supplier, options, { placeId, lines, part: partMark(at + 1, parts.length) }),
    operatorId: actorId,
  }));
  const { orderId } = announcement;
  if (shipmentId === undefined || orderId === undefined) return writeBackOfficeEntries(context, storeId, drafts);
  const shipped = { storeId, orderId, shipmentId };
  const isSent = async () => (await deliveriesOfShipment(context.database.pool, shipped)).length > 0;
  return writeBackOfficeEntries(context, storeId, drafts, { unless: isSent });
}

/** The list's supplier by its name of today, which stays in the entry. */
async function supplierOf(database: Queryable, merchantId: string, supplierId: string | undefined) {
  if (supplierId === undefined) return null;
  const name = await openSupplierName(database, merchantId, supplierId);
  return name === null ? null : { supplierId, name };
}

function bodyOf(
  supplier: NamedSupplier,
  { announcement, shipmentId }: AnnounceOptions,
  { placeId, lines, part }: { placeId: string; lines: PackedLine[]; part: string },
) {
  const { reference, expectedOn = null, orderId } = announcement;
  return {
    source: { type: 'supplier', ...supplier, ...(orderId && { orderId }), ...(shipmentId && { shipmentId }) },
    reference: `${reference}${part}`.trim(),
    expectedOn,
    placeId,
    lines,
    approvals: [],
  };
}

/** Where it will be taken in: the place that is asked for while it is open, else the sales place. */
async function placeOf(context: ServerContext, storeId: string, placeId: string | undefined): Promise<string | null> {
  const { rows } = await context.database.pool.query<{ sales: string; isOpen: boolean }>(
    `select s.sales_place_id as sales, exists (
       select 1 from place p where p.store_id = s.store_id and p.place_id = $2 and p.closed_at_ms is null) as "isOpen"
       from store s where s.store_id = $1`,
    [storeId, placeId ?? null],
  );
  const [store] = rows;
  if (!store || placeId === undefined || placeId === store.sales) return store?.sales ?? null;
  return store.isOpen ? placeId : null;
}

function answerOf(notice: ReadNotice): AnnounceAnswer {
  const problems = notice.problems.toSorted((a, b) => a.line - b.line).slice(0, shownProblems);
  const { failure, problemCount, count, unknownColumns } = notice;
  return { deliveryIds: [], failure, problems, problemCount, warnings: [], rows: count, summary: null, unknownColumns };
}

function summaryOf({ rows, skus }: Resolved, parts: number): NonNullable<AnnounceAnswer['summary']> {
  const quantities = new Map<string, number>();
  for (const { skuId, quantity } of rows) quantities.set(skuId, (quantities.get(skuId) ?? 0) + quantity);
  const cartons = new Set(rows.map(({ sscc }) => sscc).filter((sscc) => sscc !== null));
  const named = Array.from(quantities, ([skuId, quantity]) => {
    const { names = null, variant = null } = skus.get(skuId) ?? {};
    return { skuId, names, variant, quantity };
  });
  return {
    pieces: rows.reduce((sum, { quantity }) => sum + quantity, 0),
    units: rows.reduce((sum, { serials }) => sum + serials.length, 0),
    cartons: cartons.size,
    skuCount: named.length,
    skus: named.slice(0, shownSkus),
    parts,
  };
}
