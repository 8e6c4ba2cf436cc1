import type { Context } from 'hono';
import type { AuditAction } from '#schemas/api/audit.ts';
import { clientAddress } from '../auth/client-address.ts';
import { actorId, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { nonceLength, personKeyOf, type SealedPersonal, seal } from './personal-seal.ts';

/** Who did it and from where. */
export type AuditActor = {
  actorType: 'person' | 'key' | 'till' | 'system';
  actorId: string;
  address: string;
  userAgent: string;
};

export type AuditRecord = {
  merchantId: string;
  /** Null for what concerns the chain. */
  storeId: string | null;
  action: AuditAction;
  /** Such as `till`, `person`, `role`, `key`, `member`. */
  subjectType: string;
  subjectId: string;
  before?: object;
  after?: object;
  /** Names, addresses and the like: kept under the person's own key, gone when that is erased. Never in before or after. */
  personal?: { personId: string; before?: object; after?: object };
};

const longestUserAgent = 300;

/** Where a request comes from: for who is not signed in yet, together with the person's id once it is known. */
export function auditOrigin(c: Context): Pick<AuditActor, 'address' | 'userAgent'> {
  const userAgent = (c.req.header('user-agent') ?? '').slice(0, longestUserAgent).toWellFormed();
  return { address: clientAddress(c), userAgent };
}

/** Who asks, on a route behind the office's door. */
export function auditActor(c: Context<OfficeEnv>): AuditActor {
  const actor = c.get('actor');
  return { actorType: actor.type, actorId: actorId(actor), ...auditOrigin(c) };
}

/** Puts a change on record, in the transaction of the change: either both are there or neither. */
export async function recordAudit(
  tx: Queryable,
  context: ServerContext,
  by: AuditActor,
  what: AuditRecord,
): Promise<void> {
  const { merchantId, storeId, action, subjectType, subjectId } = what;
  const atMs = context.nowMs();
  const auditId = newAuditId(context, atMs);
  const { before, after } = await sealedSides(tx, context, auditId, what);
  await tx.query(
    `insert into audit_entry (merchant_id, audit_id, store_id, at_ms, actor_type, actor_id, address, user_agent,
                              action, subject_type, subject_id, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[merchantId, auditId, storeId, atMs, by.actorType, by.actorId, by.address, by.userAgent],
      ...[action, subjectType, subjectId],
      ...[before, after].map((side) => (side === undefined ? null : JSON.stringify(side))),
    ],
  );
}

/** No entry from then on has a lesser id, and none before a greater one. */
export function auditIdAt(atMs: number): string {
  return atMs.toString(16).padStart(14, '0');
}

/** Sorts by time as text; two of one millisecond in any order. */
function newAuditId(context: ServerContext, atMs: number): string {
  return `${auditIdAt(atMs)}-${Buffer.from(context.randomBytes(6)).toString('hex')}`;
}

async function sealedSides(tx: Queryable, context: ServerContext, auditId: string, what: AuditRecord) {
  const { merchantId, before, after, personal } = what;
  if (personal === undefined) return { before, after };
  const { personId } = personal;
  const key = await personKeyOf(tx, context, merchantId, personId);
  const side = (name: 'before' | 'after') => {
    const value = personal[name];
    if (value === undefined) return what[name];
    const sealed = seal(key, context.randomBytes(nonceLength), sealPlace(merchantId, auditId, name), value);
    return { ...what[name], personal: { personId, sealed } satisfies SealedPersonal };
  };
  return { before: side('before'), after: side('after') };
}

/** What a sealed value is bound to: it opens in its own entry and on its own side only. */
export function sealPlace(merchantId: string, auditId: string, side: 'before' | 'after'): string {
  return `${merchantId}|${auditId}|${side}`;
}
