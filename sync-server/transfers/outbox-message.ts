import { assert } from '#schemas/assert.ts';
import type { Fact } from '#schemas/journal/kinds.ts';
import { isMemberFact } from '#schemas/members/member-entries.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { DeliveryAnnounced, GoodsReceived, TransferDelivered, TransferSent } from '#schemas/stock/delivery.ts';
import type { Queryable } from '../db/database.ts';
import type { BackOfficeDraft } from '../journal/back-office.ts';
import { readStoredEntries } from '../journal/stored-entries.ts';
import { announcedLines } from './known-origins.ts';
import { findOtherStore, type OtherStore, readStoreName } from './other-store.ts';

/** An entry for the journal of another store. */
export type OutboxMessage = {
  storeId: string;
  draft: BackOfficeDraft;
  /** Whether that store has it already. */
  isThere(): Promise<boolean>;
};

/** What became of a supplier's delivery: systems outside are told, and no other store. */
export type DeliveryNews = { deliveryId: string; step: 'announced' | 'received' | 'closed' };

/** Why nothing can be said. */
export type OutboxTrouble = { code: 'not-yet' | 'never'; detail: string };

export type OutboxItem = { storeId: string; entryId: string };

/** Entries of the back office alone count as said: a till that claims a transfer hides none. */
const byBackOffice = '0000-%';

/** What other stores must hear because of an entry; null: nothing. */
export async function messageOf(
  database: Queryable,
  item: OutboxItem,
): Promise<Result<OutboxMessage | DeliveryNews | 'members' | null, OutboxTrouble>> {
  const entry = await readEntry(database, item);
  if (entry === null) return fail({ detail: 'the entry is not posted', code: 'not-yet' });
  const { fact, operatorId } = entry;
  if (fact.kind === 'delivery-announced') return ok({ deliveryId: item.entryId, step: 'announced' });
  if (isMemberFact(fact)) return ok('members');
  if (fact.kind === 'transfer-sent') return announcement(database, item, fact.body, operatorId);
  if (fact.kind === 'delivery-closed') return report(database, item, { ...fact.body, received: null }, operatorId);
  if (fact.kind !== 'goods-received' || fact.body.deliveryId === null || fact.body.lines.length === 0) return ok(null);
  return report(database, item, { deliveryId: fact.body.deliveryId, received: fact.body }, operatorId);
}

async function readEntry(
  database: Queryable,
  { storeId, entryId }: OutboxItem,
): Promise<{ fact: Fact; operatorId: string } | null> {
  const { rows } = await database.query<{ journal_seq: number }>(
    `select journal_seq from journal
      where store_id = $1 and till_number = left($2, 4)::int4 and sequence = substr($2, 6)::int8`,
    [storeId, entryId],
  );
  const [position] = rows;
  if (position === undefined) return null;
  const [entry] = await readStoredEntries(database, storeId, position.journal_seq - 1, 1, 'all');
  assert(entry?.entryId === entryId, 'an entry is where it was');
  return entry.meaning.postable ? { fact: entry.meaning.fact, operatorId: entry.operatorId } : null;
}

const notOfChain: OutboxTrouble = { detail: 'no other store of the chain has this id', code: 'never' };

/** To the store that goods were sent to: they are to come. */
async function announcement(
  database: Queryable,
  { storeId, entryId }: OutboxItem,
  sent: TransferSent,
  operatorId: string,
): Promise<Result<OutboxMessage, OutboxTrouble>> {
  const other = await findOtherStore(database, storeId, sent.toStoreId);
  if (other === null) return fail(notOfChain);
  const body: DeliveryAnnounced = {
    source: { type: 'transfer', storeId, name: await readStoreName(database, storeId), entryId },
    reference: sent.note.slice(0, 100),
    expectedOn: null,
    placeId: other.receivingPlaceId,
    lines: await announcedLines(database, storeId, sent.lines),
    approvals: [],
  };
  const isThere = () =>
    exists(
      database,
      `select from delivery where store_id = $1 and from_store_id = $2 and from_entry_id = $3 and delivery_id like $4`,
      [other.storeId, storeId, entryId, byBackOffice],
    );
  return ok({ storeId: other.storeId, draft: { kind: 'delivery-announced', body, operatorId }, isThere });
}

type Reported = { deliveryId: string; received: GoodsReceived | null };

/** To the store that sent goods: what is here of them, or (`received` is null) that no more is awaited. */
async function report(
  database: Queryable,
  { storeId, entryId }: OutboxItem,
  { deliveryId, received }: Reported,
  operatorId: string,
): Promise<Result<OutboxMessage | DeliveryNews, OutboxTrouble>> {
  const { rows } = await database.query<{ fromStoreId: string | null; fromEntryId: string | null }>(
    `select from_store_id as "fromStoreId", from_entry_id as "fromEntryId" from delivery
      where store_id = $1 and delivery_id = $2`,
    [storeId, deliveryId],
  );
  const [delivery] = rows;
  if (delivery === undefined) return fail({ detail: 'the delivery is not known', code: 'not-yet' });
  const { fromStoreId, fromEntryId: transferId } = delivery;
  if (fromStoreId === null || transferId === null)
    return ok({ deliveryId, step: received === null ? 'closed' : 'received' });
  const other = await findSender(database, { storeId, deliveryId, fromStoreId, transferId });
  if (other === null) return fail({ detail: 'no other store of the chain sent this', code: 'never' });
  const body: TransferDelivered = {
    transferId,
    toStoreId: storeId,
    entryId,
    isClosed: received === null,
    placeId: other.salesPlaceId,
    lines: (received?.lines ?? []).map(({ skuId, gtin14, quantity, serials, condition }) => ({
      skuId,
      gtin14,
      quantity,
      serials,
      condition,
    })),
    approvals: [],
  };
  const isThere = () =>
    exists(
      database,
      `select from transfer_delivery
        where store_id = $1 and transfer_id = $2 and entry_id like $3 and body->>'toStoreId' = $4 and body->>'entryId' = $5`,
      [other.storeId, transferId, byBackOffice, storeId, entryId],
    );
  return ok({ storeId: other.storeId, draft: { kind: 'transfer-delivered', body, operatorId }, isThere });
}

type Claim = { storeId: string; deliveryId: string; fromStoreId: string; transferId: string };

/** The store that sent a delivery, if it did: a till may have written the notice. */
async function findSender(
  database: Queryable,
  { storeId, deliveryId, fromStoreId, transferId }: Claim,
): Promise<OtherStore | null> {
  const wasSent = await exists(
    database,
    'select from transfer where store_id = $1 and transfer_id = $2 and to_store_id = $3 and $4 like $5',
    [fromStoreId, transferId, storeId, deliveryId, byBackOffice],
  );
  return wasSent ? findOtherStore(database, storeId, fromStoreId) : null;
}

async function exists(database: Queryable, text: string, values: unknown[]): Promise<boolean> {
  const { rowCount } = await database.query(`${text} limit 1`, values);
  return rowCount === 1;
}
