import type { SupplierAnswer, SupplierRequest } from '#schemas/api/suppliers.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { newId } from '../catalogue/new-store.ts';
import { bumpChain } from '../feed/revision.ts';
import { holdsAt } from '../people/grants.ts';
import { putOut } from '../people/leaving.ts';
import { concernGrants, type StaffChange, type StaffFailure } from '../people/staff-change.ts';
import { endGrants } from '../people/staff-grants.ts';
import { openGrants } from '../people/staff-rules.ts';

type Answer = Result<SupplierAnswer, StaffFailure>;
type Supplier = SupplierRequest & { supplierId: string; endedAtMs: number | null };

/** Puts a supplier on the chain's list. */
export async function addSupplier(change: StaffChange, wanted: SupplierRequest): Promise<Answer> {
  const { context, tx, merchantId, nowMs } = change;
  const clash = await clashOf(change, wanted, null);
  if (clash !== null) return fail({ code: clash });
  const supplierId = newId(context);
  await tx.query(
    `insert into supplier (merchant_id, supplier_id, name, gln, added_at_ms, revision) values ($1, $2, $3, $4, $5, $6)`,
    [merchantId, supplierId, wanted.name, wanted.gln, nowMs, await bumpChain(tx, merchantId)],
  );
  await change.record({ action: 'supplier-added', subjectType: 'supplier', subjectId: supplierId, after: wanted });
  return ok({ supplierId });
}

/** Its name and GLN from now on; deliveries keep the name that they were announced by. */
export async function changeSupplier(change: StaffChange, supplierId: string, after: SupplierRequest): Promise<Answer> {
  const { tx, merchantId } = change;
  const found = await findSupplier(change, supplierId);
  if (found === null) return fail({ code: 'not-found' });
  if (found.endedAtMs !== null) return fail({ code: 'conflict' });
  const before = { name: found.name, gln: found.gln };
  if (before.name === after.name && before.gln === after.gln) return ok({ supplierId });
  const clash = await clashOf(change, after, supplierId);
  if (clash !== null) return fail({ code: clash });
  await tx.query('update supplier set name = $3, gln = $4, revision = $5 where merchant_id = $1 and supplier_id = $2', [
    merchantId,
    supplierId,
    after.name,
    after.gln,
    await bumpChain(tx, merchantId),
  ]);
  const subject = { subjectType: 'supplier', subjectId: supplierId };
  await change.record({ action: 'supplier-changed', ...subject, before, after });
  return ok({ supplierId });
}

/**
 * [A1] Nothing is bought there any more: its keys and all roles with it end, and whoever has no other role in the chain is
 * out. What was announced in its name stays.
 */
export async function endSupplier(change: StaffChange, supplierId: string): Promise<Answer> {
  const { tx, merchantId, nowMs } = change;
  const found = await findSupplier(change, supplierId);
  if (found === null) return fail({ code: 'not-found' });
  if (found.endedAtMs !== null) return ok({ supplierId });
  await tx.query('update supplier set ended_at_ms = $3, revision = $4 where merchant_id = $1 and supplier_id = $2', [
    merchantId,
    supplierId,
    nowMs,
    await bumpChain(tx, merchantId),
  ]);
  await tx.query(
    `update api_key set revoked_at_ms = $3
      where merchant_id = $1 and scope_type = 'supplier' and scope_id = $2 and revoked_at_ms is null`,
    [merchantId, supplierId, nowMs],
  );
  concernGrants(change, [{ scopeType: 'supplier', scopeId: supplierId }]);
  const grants = change.history.grants.filter(
    (grant) => grant.scopeType === 'supplier' && grant.scopeId === supplierId && holdsAt(grant, nowMs),
  );
  await endGrants(change, grants);
  const people = [...new Set(grants.map(({ operatorId }) => operatorId))];
  const isOnlyHere = (operatorId: string) => openGrants(change, operatorId).every((grant) => grants.includes(grant));
  for (const operatorId of people.filter(isOnlyHere)) await putOut(change, operatorId);
  const subject = { subjectType: 'supplier', subjectId: supplierId };
  const before = { name: found.name, gln: found.gln };
  await change.record({ action: 'supplier-ended', ...subject, before, after: { people } });
  return ok({ supplierId });
}

async function findSupplier({ tx, merchantId }: StaffChange, supplierId: string): Promise<Supplier | null> {
  const { rows } = await tx.query<Supplier>(
    `select supplier_id as "supplierId", name, gln, ended_at_ms as "endedAtMs"
       from supplier where merchant_id = $1 and supplier_id = $2 for update`,
    [merchantId, supplierId],
  );
  return rows[0] ?? null;
}

/** Another that goods are bought from has the name or the GLN; changes of a chain's list take turns (changeStaff). */
async function clashOf(
  { tx, merchantId }: StaffChange,
  { name, gln }: SupplierRequest,
  supplierId: string | null,
): Promise<'name-taken' | 'conflict' | null> {
  const { rows } = await tx.query<{ isName: boolean }>(
    `select lower(name) = lower($3) as "isName" from supplier
      where merchant_id = $1 and ended_at_ms is null and supplier_id is distinct from $2
        and (lower(name) = lower($3) or gln = $4)
      order by 1 desc limit 1`,
    [merchantId, supplierId, name, gln],
  );
  return rows[0] === undefined ? null : rows[0].isName ? 'name-taken' : 'conflict';
}
