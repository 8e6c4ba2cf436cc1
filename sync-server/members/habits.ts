import type { MemberHabits } from '#schemas/api/member-habits.ts';
import type { ServerContext } from '../context.ts';
import { nextCoupon } from '../coupons/next-coupon.ts';
import type { Queryable } from '../db/database.ts';
import { newUuid } from '../random-uuid.ts';

const shown = 5;
const notesShown = 50;

/** [MS5] How somebody buys, by the lines of all their tickets. */
export async function readHabits(
  context: ServerContext,
  { merchantId, currency }: { merchantId: string; currency: string },
  memberIds: readonly string[],
): Promise<MemberHabits> {
  const database = context.database.pool;
  const values = [merchantId, memberIds, currency];
  const { rows } = await database.query<Pick<MemberHabits, 'visits' | 'averageMinor' | 'lastAtMs'>>(
    `select count(*)::int4 as visits, round(avg(t.total_minor))::int8 as "averageMinor", max(t.occurred_at_ms) as "lastAtMs"
       from store s join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2::text[])
      where s.merchant_id = $1 and t.currency = $3 and t.total_minor > 0 and t.voids_entry_id is null and not exists (
        select from retail_transaction w where w.store_id = t.store_id
           and w.voids_entry_id = lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0'))`,
    values,
  );
  const favourites = <Row extends object>(what: string, from: string, group: string) =>
    database.query<Row & { minor: number; pieces: number }>(
      `select ${what}, sum(l.total_minor)::int8 as minor, sum(l.quantity)::int4 as pieces
         from store s
         join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2::text[]) and t.currency = $3
         join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence
         join sku k on k.merchant_id = $1 and k.sku_id = l.sku_id ${from}
        where s.merchant_id = $1 group by ${group} having sum(l.quantity) > 0
        order by minor desc, pieces desc, 1 limit ${shown}`,
      values,
    );
  const [categories, brands, variants] = [
    await favourites<{ names: Record<string, string> }>(
      'g.names',
      'join category g on g.merchant_id = $1 and g.category_id = k.category_id',
      'g.category_id, g.names',
    ),
    await favourites<{ brand: string }>('k.brand', 'and k.brand is not null', 'k.brand'),
    await favourites<{ names: Record<string, string> }>('k.variant as names', 'and k.variant is not null', 'k.variant'),
  ];
  const [sums] = rows;
  const averageMinor = sums?.averageMinor ?? null;
  return {
    currency,
    ...{ visits: sums?.visits ?? 0, averageMinor, lastAtMs: sums?.lastAtMs ?? null },
    ...{ categories: categories.rows, brands: brands.rows, variants: variants.rows },
    nextCoupon:
      averageMinor === null ? null : await nextCoupon(context, { merchantId, memberIds, averageMinor, currency }),
    notes: await readNotes(database, merchantId, memberIds),
  };
}

async function readNotes(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<MemberHabits['notes']> {
  const { rows } = await database.query<MemberHabits['notes'][number]>(
    `select n.note_id as "noteId", n.store_id as "storeId", n.at_ms as "atMs", n.text, o.name as "operatorName"
       from member_note n left join operator o on o.merchant_id = n.merchant_id and o.operator_id = n.operator_id
      where n.merchant_id = $1 and n.member_id = any($2::text[]) order by n.at_ms desc, n.note_id limit ${notesShown}`,
    [merchantId, memberIds],
  );
  return rows;
}

export async function writeNote(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  { memberId, operatorId, text }: { memberId: string; operatorId: string; text: string },
): Promise<void> {
  await context.database.pool.query(
    `insert into member_note (merchant_id, member_id, note_id, store_id, operator_id, at_ms, text)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [merchantId, memberId, newUuid(context), storeId, operatorId, context.nowMs(), text],
  );
}

export async function removeNote(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
  noteId: string,
): Promise<void> {
  await database.query(
    'delete from member_note where merchant_id = $1 and member_id = any($2::text[]) and note_id = $3',
    [merchantId, memberIds, noteId],
  );
}
