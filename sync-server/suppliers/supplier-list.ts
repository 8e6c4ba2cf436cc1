import type { SupplierChoices, SupplierList } from '#schemas/api/suppliers.ts';
import type { Queryable } from '../db/database.ts';

const listed = 200;
/** More would not be found in a field. */
const offered = 1_000;

/** The chain's suppliers by name, as who keeps the list sees them. */
export async function listSuppliers(
  database: Queryable,
  merchantId: string,
  { q, isEnded, nowMs }: { q: string; isEnded: boolean; nowMs: number },
): Promise<SupplierList> {
  const { rows } = await database.query<SupplierList['suppliers'][number]>(
    `select s.supplier_id as "supplierId", s.name, s.gln, s.added_at_ms as "addedAtMs", s.ended_at_ms as "endedAtMs",
            (select count(distinct g.operator_id)::int from role_grant g where g.merchant_id = s.merchant_id
                and g.scope_type = 'supplier' and g.scope_id = s.supplier_id and g.until_ms is null) as people,
            (select count(*)::int from api_key k where k.merchant_id = s.merchant_id and k.scope_type = 'supplier'
                and k.scope_id = s.supplier_id and k.revoked_at_ms is null
                and (k.expires_at_ms is null or k.expires_at_ms > $5)) as keys
       from supplier s
      where s.merchant_id = $1 and (s.ended_at_ms is not null) = $2
        and ($3 = '' or position(lower($3) in lower(s.name)) > 0 or starts_with(s.gln, $3))
      order by lower(s.name), s.supplier_id limit $4`,
    [merchantId, isEnded, q, listed + 1, nowMs],
  );
  return { serverTimeMs: nowMs, suppliers: rows.slice(0, listed), more: rows.length > listed };
}

/** Names for a field to choose from; those that are ended come last, and only when they are asked for. */
export async function supplierChoices(
  database: Queryable,
  merchantId: string,
  { withEnded }: { withEnded: boolean },
): Promise<SupplierChoices> {
  const { rows } = await database.query<SupplierChoices['suppliers'][number]>(
    `select supplier_id as "supplierId", name, ended_at_ms is not null as "isEnded" from supplier
      where merchant_id = $1 and ($2 or ended_at_ms is null)
      order by ended_at_ms is not null, lower(name), supplier_id limit ${offered}`,
    [merchantId, withEnded],
  );
  return { suppliers: rows };
}

/** The name of a supplier that goods are bought from; null: the chain has no such one, or it is ended. */
export async function openSupplierName(
  database: Queryable,
  merchantId: string,
  supplierId: string,
): Promise<string | null> {
  const { rows } = await database.query<{ name: string }>(
    'select name from supplier where merchant_id = $1 and supplier_id = $2 and ended_at_ms is null',
    [merchantId, supplierId],
  );
  return rows[0]?.name ?? null;
}
