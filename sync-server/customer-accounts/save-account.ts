import type { SaveAccount } from '#schemas/api/customer-accounts.ts';
import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { type AccountFacts, holdsIn } from '#schemas/payment/customer-account.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { standingScope } from '../members/standing-marks.ts';
import { lockStaff } from '../people/staff-revision.ts';
import { markAccounts } from './account-marks.ts';
import { readVersions, storesOf } from './account-moves.ts';

export type SaveFailure = { code: 'conflict' | 'not-found' | 'bad-request' };

/**
 * What the office says of an account from now on: later than anything that is recorded, so that no sale is judged otherwise when it is
 * judged again (P2). The tills hear of it from the worker.
 */
export async function saveAccount(
  context: ServerContext,
  merchantId: string,
  by: AuditActor,
  { number, isNew, facts }: SaveAccount & { number: string },
): Promise<Result<{ number: string }, SaveFailure>> {
  const saved = await inTransaction(context.database, async (tx): Promise<Result<{ number: string }, SaveFailure>> => {
    const earliestMs = await lockStaff(tx, merchantId, null, context.nowMs());
    const last = (await readVersions(tx, merchantId, [number])).get(number)?.at(-1);
    if (isNew ? last !== undefined : last !== undefined && last.facts.currency !== facts.currency) {
      return isNew && last && canonicalJson(last.facts) === canonicalJson(facts)
        ? ok({ number })
        : fail({ code: 'conflict' });
    }
    if (!isNew && last === undefined) return fail({ code: 'not-found' });
    const stores = await storesOf(tx, merchantId);
    const named = new Set(facts.storeIds ?? []);
    const holding = stores.filter((store) => holdsIn(facts, store));
    if (holding.length === 0 || (facts.storeIds !== null && holding.length < named.size)) {
      return fail({ code: 'bad-request' });
    }
    if (last && canonicalJson(last.facts) === canonicalJson(facts)) return ok({ number });
    const { rows } = await tx.query<{ atMs: number | null }>(
      `select max(ordered_at_ms) + 1 as "atMs" from credit_step
        where store_id = any($1::text[]) and kind = 'account' and code = $2`,
      [stores.map(({ storeId }) => storeId), number],
    );
    const fromMs = Math.max(earliestMs, (last?.fromMs ?? 0) + 1, rows[0]?.atMs ?? 0);
    await tx.query(
      'insert into customer_account_version (merchant_id, number, from_ms, facts) values ($1, $2, $3, $4)',
      [...[merchantId, number, fromMs], JSON.stringify(facts)],
    );
    const action = last ? ('customer-account-changed' as const) : ('customer-account-made' as const);
    const subject = { subjectType: 'customer-account', subjectId: number };
    const sides = { ...(last && { before: toldOf(last.facts) }), after: toldOf(facts) };
    await recordAudit(tx, context, by, { merchantId, storeId: null, action, ...subject, ...sides });
    await markAccounts(tx, merchantId, [number]);
    return ok({ number });
  });
  if (saved.ok) context.changes.publish(standingScope);
  return saved;
}

/** For the log, which is never changed: nobody's name is in it. */
function toldOf({ name, taxNumber, currency, limitMinor, termsDays, storeIds, signers, blockedReason }: AccountFacts) {
  const told = { name, taxNumber, currency, limitMinor, termsDays, storeIds, blockedReason };
  return { ...told, signers: signers.length };
}
