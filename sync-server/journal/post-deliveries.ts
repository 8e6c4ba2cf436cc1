import { isMemberFact } from '#schemas/members/member-entries.ts';
import { deliveryRowsOf } from '#schemas/stock/delivery-rows.ts';
import type { Queryable } from '../db/database.ts';
import type { Meaning, PostableEntry } from './document-check.ts';
import { type Column, insertColumns } from './insert-columns.ts';

type Postable = PostableEntry & { meaning: Extract<Meaning, { postable: true }> };
type OfKind<Kind extends string> = Postable & { meaning: { fact: { kind: Kind } } };

/**
 * Writes what entries say of deliveries and transfers. Each entry makes rows of its own, which never change, so their order
 * does not matter (P1). What another store must hear of goes to the outbox in the same transaction.
 */
export async function postDeliveries(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
  revision: number,
): Promise<void> {
  const postable = entries.filter((entry): entry is Postable => entry.meaning.postable);
  await writeFeedRows(transaction, storeId, postable, revision);
  await writeTransfers(transaction, storeId, postable.filter(isOf('transfer-sent')));
  await writeTransferDeliveries(transaction, storeId, postable.filter(isOf('transfer-delivered')));
  await writeSentBack(transaction, storeId, postable.filter(isOf('goods-sent-back')));
  await insertColumns(
    transaction,
    'outbox',
    storeId,
    [['entry_id', 'text', postable.filter(concernsAnotherStore).map(({ entryId }) => entryId)]],
    // Kept by a rebuild: what was sent is not sent again.
    'on conflict (store_id, entry_id) do nothing',
  );
}

function isOf<Kind extends string>(kind: Kind) {
  return (entry: Postable): entry is OfKind<Kind> => entry.meaning.fact.kind === kind;
}

/** Published after a commit that put something into the outbox. No store has this id. */
export const outboxScope = '~outbox';

/** Whether other stores, or systems of a supplier, may have to hear of it; the outbox's worker looks which. */
export function concernsAnotherStore({ meaning }: Pick<PostableEntry, 'meaning'>): boolean {
  if (!meaning.postable) return false;
  const { kind, body } = meaning.fact;
  // Also one that does not say that it is a transfer: what the sender waits for is here all the same.
  if (kind === 'goods-received') return body.deliveryId !== null;
  // The chain's other stores may hold them.
  if (isMemberFact(meaning.fact)) return true;
  // The others' tills know whose a carton is, and systems of a supplier that it comes.
  if (kind === 'delivery-announced') {
    return body.source.type === 'supplier' || body.lines.some(({ sscc }) => sscc !== null);
  }
  return kind === 'transfer-sent' || kind === 'delivery-closed';
}

async function writeFeedRows(
  transaction: Queryable,
  storeId: string,
  entries: readonly Postable[],
  revision: number,
): Promise<void> {
  const made = entries.map((entry) => deliveryRowsOf(entry.meaning.fact, entry));
  const deliveries = made.flatMap((rows) => rows.deliveries);
  const cartons = made.flatMap((rows) => rows.cartons);
  const receipts = made.flatMap((rows) => rows.receipts);
  const sources = deliveries.map(({ source }) => (source.type === 'transfer' ? source : null));
  const rowColumns = (rows: readonly object[]): Column[] => [
    ['row', 'jsonb', rows.map((row) => JSON.stringify(row))],
    ['revision', 'int8', rows.map(() => revision)],
  ];
  await insertColumns(transaction, 'delivery', storeId, [
    ['delivery_id', 'text', deliveries.map((row) => row.deliveryId)],
    ['from_store_id', 'text', sources.map((source) => source?.storeId ?? null)],
    ['from_entry_id', 'text', sources.map((source) => source?.entryId ?? null)],
    ['announced_at_ms', 'int8', deliveries.map((row) => row.announcedAtMs)],
    ...rowColumns(deliveries),
  ]);
  await insertColumns(transaction, 'carton', storeId, [
    ['sscc', 'text', cartons.map((row) => row.sscc)],
    ['delivery_id', 'text', cartons.map((row) => row.deliveryId)],
    ...rowColumns(cartons),
  ]);
  await insertColumns(transaction, 'receipt', storeId, [
    ['delivery_id', 'text', receipts.map((row) => row.deliveryId)],
    ['entry_id', 'text', receipts.map((row) => row.entryId)],
    ...rowColumns(receipts),
  ]);
}

function writeTransfers(
  transaction: Queryable,
  storeId: string,
  entries: readonly OfKind<'transfer-sent'>[],
): Promise<void> {
  return insertColumns(transaction, 'transfer', storeId, [
    ['transfer_id', 'text', entries.map(({ entryId }) => entryId)],
    ['to_store_id', 'text', entries.map(({ meaning }) => meaning.fact.body.toStoreId)],
    ['sent_at_ms', 'int8', entries.map(({ occurredAtMs }) => occurredAtMs)],
    ['operator_id', 'text', entries.map(({ operatorId }) => operatorId)],
    ['body', 'jsonb', entries.map(({ meaning }) => JSON.stringify(meaning.fact.body))],
  ]);
}

function writeSentBack(
  transaction: Queryable,
  storeId: string,
  entries: readonly OfKind<'goods-sent-back'>[],
): Promise<void> {
  return insertColumns(transaction, 'sent_back', storeId, [
    ['entry_id', 'text', entries.map(({ entryId }) => entryId)],
    ['supplier_id', 'text', entries.map(({ meaning }) => meaning.fact.body.supplierId)],
    ['return_id', 'text', entries.map(({ meaning }) => meaning.fact.body.returnId)],
    ['sent_at_ms', 'int8', entries.map(({ occurredAtMs }) => occurredAtMs)],
    ['body', 'jsonb', entries.map(({ meaning }) => JSON.stringify(meaning.fact.body))],
  ]);
}

function writeTransferDeliveries(
  transaction: Queryable,
  storeId: string,
  entries: readonly OfKind<'transfer-delivered'>[],
): Promise<void> {
  return insertColumns(transaction, 'transfer_delivery', storeId, [
    ['transfer_id', 'text', entries.map(({ meaning }) => meaning.fact.body.transferId)],
    ['entry_id', 'text', entries.map(({ entryId }) => entryId)],
    ['body', 'jsonb', entries.map(({ meaning }) => JSON.stringify(meaning.fact.body))],
  ]);
}
