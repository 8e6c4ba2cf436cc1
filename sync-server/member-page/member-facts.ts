import type { MemberStanding } from '#schemas/api/member-points.ts';
import type { ConsentPurpose } from '#schemas/members/member-entries.ts';
import { receiptLink } from '#schemas/receipt/receipt-of.ts';
import type { Names } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import { heldOf, readHeldCoupons } from '../coupons/held-coupons.ts';
import type { Queryable } from '../db/database.ts';
import type { PageChain } from '../item-page/chains.ts';
import { type KnownMember, readMember } from '../members/read-member.ts';
import { readStanding } from '../members/read-standing.ts';

const receiptsShown = 20;

/** Who is signed in, and the store that speaks for them. */
export type OwnPerson = KnownMember & { storeId: string; memberIds: readonly string[] };

/** All that a member's own page shows of them. */
export type MemberFacts = {
  person: OwnPerson;
  standing: MemberStanding;
  coupons: { couponId: string; names: Names; untilMs: number }[];
  receipts: { link: string; atMs: number; storeName: string; totalMinor: number; currency: string }[];
  consents: Partial<Record<ConsentPurpose, boolean>>;
};

/** The person that a session's id leads to; null: they left, were erased, or no store of the chain has them. */
export async function readOwnPerson(
  database: Queryable,
  { merchantId, storeIds }: PageChain,
  memberId: string,
): Promise<OwnPerson | null> {
  const { rows } = await database.query<{ storeId: string }>(
    `select m.store_id as "storeId" from member m
      where m.store_id = any($1::text[]) and m.member_id = $2 and m.code <> '-' order by m.deleted, 1 limit 1`,
    [storeIds, memberId],
  );
  const storeId = rows[0]?.storeId ?? storeIds[0];
  if (storeId === undefined) return null;
  const known = await readMember(database, { merchantId, storeId }, memberId);
  if (known === null || (known.state !== 'enrolled' && known.state !== 'base')) return null;
  return { ...known, storeId, memberIds: known.member?.memberIds ?? [known.memberId] };
}

export async function readMemberFacts(
  context: ServerContext,
  { merchantId }: PageChain,
  person: OwnPerson,
): Promise<MemberFacts> {
  const { pool } = context.database;
  const nowMs = context.nowMs();
  const given = Object.entries(person.member?.consents ?? {}).map(([purpose, { isGiven }]) => [purpose, isGiven]);
  return {
    person,
    standing: await readStanding(pool, merchantId, person, nowMs),
    coupons: await readCoupons(pool, merchantId, person.memberIds, nowMs),
    receipts: await readReceipts(pool, merchantId, person.memberIds),
    consents: Object.fromEntries(given) as MemberFacts['consents'],
  };
}

async function readCoupons(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
  nowMs: number,
): Promise<MemberFacts['coupons']> {
  const held = heldOf(await readHeldCoupons(database, merchantId, memberIds, nowMs), memberIds) ?? [];
  const { rows } = await database.query<{ promotionId: string; names: Names }>(
    `select promotion_id as "promotionId", row -> 'names' as names from promotion
      where merchant_id = $1 and promotion_id = any($2::text[])`,
    [merchantId, held.map(({ couponId }) => couponId.split('/')[0])],
  );
  const names = new Map(rows.map((row) => [row.promotionId, row.names]));
  return held.flatMap(({ couponId, untilMs }) => {
    const known = names.get(couponId.split('/')[0] ?? '');
    return known === undefined ? [] : [{ couponId, untilMs, names: known }];
  });
}

/** Each with the key that opens its e-receipt. */
async function readReceipts(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<MemberFacts['receipts']> {
  type Row = Omit<MemberFacts['receipts'][number], 'link'> & { storeId: string; entryId: string; hash: string };
  const { rows } = await database.query<Row>(
    `select t.store_id as "storeId", s.name as "storeName", t.occurred_at_ms as "atMs", t.currency,
            t.total_minor as "totalMinor", j.hash,
            lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as "entryId"
       from store s
       join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2::text[])
       join journal j on j.store_id = t.store_id and j.till_number = t.till_number and j.sequence = t.sequence
      where s.merchant_id = $1 order by t.occurred_at_ms desc, 1, 7 limit ${receiptsShown}`,
    [merchantId, memberIds],
  );
  return rows.map(({ storeId, entryId, hash, ...row }) => ({ ...row, link: receiptLink('', storeId, entryId, hash) }));
}
