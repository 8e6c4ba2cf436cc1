import { type KeyList, type KeyReport, keyRights, type MakeKey, type NewKeyAnswer } from '#schemas/api/keys.ts';
import { type GrantScopeType, may, mayGrant, type Scope } from '#schemas/policy/policy.ts';
import { isRight, type Right, rights } from '#schemas/policy/rights.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { hashToken } from '../auth/till-auth.ts';
import { newId } from '../catalogue/new-store.ts';
import type { Queryable } from '../db/database.ts';
import { scopeOf } from './grants.ts';
import { concernGrants, type StaffChange, type StaffFailure } from './staff-change.ts';
import type { StaffView } from './staff-rules.ts';

const dayMs = 24 * 60 * 60_000;
/** An ended key is listed this long. */
const listedMs = 90 * dayMs;
/** A key's first characters that are shown, of 47. */
const prefixLength = 10;

type Place = { scopeType: GrantScopeType; scopeId: string; name: string };
type KeyRow = Omit<KeyReport, 'mayRotate' | 'scopeName' | 'createdByName' | 'makerHasLeft'> & { rights: Right[] };

/** Working keys that a supplier may have: their requests add up. */
const supplierKeys = 20;
/** A supplier's people learn nobody's name in the chain. */
const nobody = { createdById: '', createdByName: '', makerHasLeft: false };

/** The keys of the chain, or of a supplier alone, without what makes them work. */
export async function listKeys(database: Queryable, view: StaffView, about: Scope): Promise<KeyList> {
  const { history, nowMs } = view;
  const supplierId = about.type === 'supplier' ? about.supplierId : null;
  const { rows } = await database.query<Omit<KeyReport, 'mayRotate'> & { isMadeThere: boolean }>(
    `select k.key_id as "keyId", k.name, k.prefix, k.scope_type as "scopeType", k.scope_id as "scopeId",
            coalesce(s.name, u.name, m.name) as "scopeName", k.rights, k.requests_per_minute as "requestsPerMinute",
            k.created_by as "createdById", coalesce(o.name, '') as "createdByName",
            o.left_at_ms is not null as "makerHasLeft", k.created_at_ms as "createdAtMs",
            k.expires_at_ms as "expiresAtMs", k.revoked_at_ms as "revokedAtMs", k.last_used_at_ms as "lastUsedAtMs",
            k.last_used_address as "lastUsedAddress",
            exists (select 1 from role_grant g where g.merchant_id = k.merchant_id and g.operator_id = k.created_by
                       and g.scope_type = 'supplier' and g.scope_id = k.scope_id) as "isMadeThere"
       from api_key k
       join merchant m on m.merchant_id = k.merchant_id
       left join store s on k.scope_type = 'store' and s.store_id = k.scope_id and s.merchant_id = k.merchant_id
       left join supplier u on k.scope_type = 'supplier' and u.supplier_id = k.scope_id and u.merchant_id = k.merchant_id
       left join operator o on o.merchant_id = k.merchant_id and o.operator_id = k.created_by
      where k.merchant_id = $1 and coalesce(k.revoked_at_ms, k.expires_at_ms, $2) > $2 - $3::int8
        and ($4::text is null or k.scope_type = 'supplier' and k.scope_id = $4)
      order by k.created_at_ms desc, k.key_id limit 500`,
    [history.merchantId, nowMs, listedMs, supplierId],
  );
  const { rows: places } = await database.query<Place>(
    `select 'merchant' as "scopeType", merchant_id as "scopeId", name from merchant where merchant_id = $1
     union all (select 'store', store_id, name from store where merchant_id = $1 order by name, store_id)
     union all (select 'supplier', supplier_id, name from supplier where merchant_id = $1 and ended_at_ms is null
                 order by lower(name), supplier_id)`,
    [history.merchantId],
  );
  return {
    serverTimeMs: nowMs,
    keys: rows.map(({ isMadeThere, ...row }) => ({
      ...row,
      ...(supplierId !== null && !isMadeThere && nobody),
      mayRotate: mayHold(view, row, row.rights.filter(isRight)),
    })),
    places: places
      .filter(({ scopeType, scopeId }) => supplierId === null || (scopeType === 'supplier' && scopeId === supplierId))
      .map((place) => ({
        ...place,
        rights: keyRights.filter((right) => fits(right, place.scopeType) && mayHold(view, place, [right])),
      }))
      .filter((place) => place.rights.length > 0),
  };
}

/** [A1] A new key, with no right that its maker lacks in its scope. Answers the key itself, which is kept as SHA-256 only. */
export async function makeKey(change: StaffChange, wanted: MakeKey): Promise<Result<NewKeyAnswer, StaffFailure>> {
  const { tx, merchantId, nowMs } = change;
  const scopeId = wanted.scopeType === 'merchant' ? merchantId : wanted.scopeId;
  const { rowCount } = await tx.query(
    `select 1 from store where merchant_id = $1 and store_id = $2 and $3 = 'store'
     union all
     select 1 from supplier where merchant_id = $1 and supplier_id = $2 and ended_at_ms is null and $3 = 'supplier'`,
    [merchantId, scopeId, wanted.scopeType],
  );
  if (wanted.scopeType !== 'merchant' && rowCount === 0) return fail({ code: 'forbidden' });
  if (!wanted.rights.every((right) => fits(right, wanted.scopeType))) return fail({ code: 'bad-request' });
  if (!mayHold(change, { ...wanted, scopeId }, wanted.rights)) return fail({ code: 'forbidden' });
  if (change.about.type === 'supplier' && (await countKeys(change, scopeId)) >= supplierKeys) {
    return fail({ code: 'conflict' });
  }
  const expiresAtMs = wanted.lifetimeDays === null ? null : nowMs + wanted.lifetimeDays * dayMs;
  const { name, scopeType, requestsPerMinute } = wanted;
  const facts = { name, scopeType, scopeId, rights: [...new Set(wanted.rights)], requestsPerMinute, expiresAtMs };
  const made = await insertKey(change, facts);
  await change.record({ action: 'key-made', subjectType: 'key', subjectId: made.keyId, after: facts });
  return ok(made);
}

/** [A1] A new key in place of one; only for who could make such a key. The old one ends now or in a day. */
export async function rotateKey(
  change: StaffChange,
  keyId: string,
  endOldNow: boolean,
): Promise<Result<NewKeyAnswer, StaffFailure>> {
  const { nowMs } = change;
  const old = await findKey(change, keyId);
  const isOver = old !== null && (old.revokedAtMs !== null || (old.expiresAtMs !== null && old.expiresAtMs <= nowMs));
  if (old === null || isOver) return fail({ code: 'not-found' });
  if (!mayHold(change, old, old.rights)) return fail({ code: 'forbidden' });
  const { name, scopeType, scopeId, rights: held, requestsPerMinute } = old;
  // As long as the old one was made for, from now.
  const expiresAtMs = old.expiresAtMs === null ? null : nowMs + (old.expiresAtMs - old.createdAtMs);
  const made = await insertKey(change, { name, scopeType, scopeId, rights: held, requestsPerMinute, expiresAtMs });
  const endsAtMs = endOldNow ? nowMs : Math.min(old.expiresAtMs ?? Number.POSITIVE_INFINITY, nowMs + dayMs);
  await change.tx.query(
    `update api_key set expires_at_ms = $3::int8, revoked_at_ms = case when $4::bool then $3::int8 end
      where merchant_id = $1 and key_id = $2`,
    [change.merchantId, keyId, endsAtMs, endOldNow],
  );
  // Posting judges what a key announced by when it was one.
  concernGrants(change, [old]);
  await change.record({
    action: 'key-rotated',
    subjectType: 'key',
    subjectId: keyId,
    after: { newKeyId: made.keyId, oldEndsAtMs: endsAtMs },
  });
  return ok(made);
}

/** Ends a key at once. Gives nobody anything, so the door's right is enough. */
export async function revokeKey(change: StaffChange, keyId: string): Promise<Result<{ keyId: string }, StaffFailure>> {
  const old = await findKey(change, keyId);
  if (old === null) return fail({ code: 'not-found' });
  if (old.revokedAtMs !== null) return ok({ keyId });
  await change.tx.query('update api_key set revoked_at_ms = $3 where merchant_id = $1 and key_id = $2', [
    change.merchantId,
    keyId,
    change.nowMs,
  ]);
  concernGrants(change, [old]);
  const { name } = old;
  await change.record({ action: 'key-revoked', subjectType: 'key', subjectId: keyId, before: { name } });
  return ok({ keyId });
}

/** A supplier's people find its own keys alone. */
async function findKey({ tx, merchantId, about }: StaffChange, keyId: string): Promise<KeyRow | null> {
  const { rows } = await tx.query<KeyRow>(
    `select key_id as "keyId", name, prefix, scope_type as "scopeType", scope_id as "scopeId", rights,
            requests_per_minute as "requestsPerMinute", created_by as "createdById", created_at_ms as "createdAtMs",
            expires_at_ms as "expiresAtMs", revoked_at_ms as "revokedAtMs", last_used_at_ms as "lastUsedAtMs",
            last_used_address as "lastUsedAddress"
       from api_key
      where merchant_id = $1 and key_id = $2 and ($3::text is null or scope_type = 'supplier' and scope_id = $3)
        for update`,
    [merchantId, keyId, about.type === 'supplier' ? about.supplierId : null],
  );
  return rows[0] ?? null;
}

async function countKeys({ tx, merchantId, nowMs }: StaffChange, supplierId: string): Promise<number> {
  const { rows } = await tx.query<{ working: number }>(
    `select count(*)::int as working from api_key
      where merchant_id = $1 and scope_type = 'supplier' and scope_id = $2 and revoked_at_ms is null
        and (expires_at_ms is null or expires_at_ms > $3)`,
    [merchantId, supplierId, nowMs],
  );
  return rows[0]?.working ?? 0;
}

async function insertKey(
  change: StaffChange,
  key: Pick<KeyRow, 'name' | 'scopeType' | 'scopeId' | 'rights' | 'requestsPerMinute' | 'expiresAtMs'>,
): Promise<NewKeyAnswer> {
  const { context, tx, merchantId, nowMs } = change;
  const secret = `ock_${Buffer.from(context.randomBytes(32)).toString('base64url')}`;
  const keyId = newId(context);
  await tx.query(
    `insert into api_key (merchant_id, key_id, name, key_hash, prefix, scope_type, scope_id, rights, requests_per_minute,
                          created_by, created_at_ms, expires_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[merchantId, keyId, key.name, hashToken(secret), secret.slice(0, prefixLength), key.scopeType, key.scopeId],
      ...[JSON.stringify(key.rights), key.requestsPerMinute, change.operatorId ?? '', nowMs, key.expiresAtMs],
    ],
  );
  concernGrants(change, [key]);
  return { keyId, key: secret };
}

/**
 * Whether who asks may give a key these rights in that place: their own there or, with a supplier, as whoever keeps the
 * list of suppliers.
 */
function mayHold(view: StaffView, place: Pick<Place, 'scopeType' | 'scopeId'>, held: readonly Right[]): boolean {
  const where = scopeOf(view.history.merchantId, place);
  const isMine = mayGrant(view.grants, held, where);
  if (isMine && may(view.grants, 'edit-supplier-staff', where)) return true;
  const isSuppliers = place.scopeType === 'supplier' && may(view.grants, 'edit-suppliers', chainOf(view));
  return may(view.grants, 'edit-keys', chainOf(view)) && (isMine || isSuppliers);
}

/** A right of the chain is of no use in one store, and only a supplier's with a supplier. */
function fits(right: Right, scopeType: Place['scopeType']): boolean {
  const { level } = rights[right];
  return level === scopeType || (level === 'store' && scopeType === 'merchant');
}

function chainOf({ history }: StaffView): Scope {
  return { type: 'merchant', merchantId: history.merchantId };
}
