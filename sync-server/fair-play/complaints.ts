import type pg from 'pg';
import type { ComplaintAnswer, TakeComplaintStep } from '#schemas/api/fair-play.ts';
import {
  type Complaint,
  type ComplaintStep,
  type NewComplaint,
  takeComplaintStep,
} from '#schemas/procurement/complaint.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import type { complaint } from '../db/tables-fair-play.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';
import { book, type FairPlayFailure, lockSupplier, readDeposit } from './deposit.ts';
import { findRules } from './rules.ts';

/** Who says something: the chain, or a supplier of its own complaints alone. */
export type ComplaintActor = { merchantId: string; by: AuditActor } & (
  | { side: 'buyer' }
  | { side: 'supplier'; supplierId: string }
);
type Answer = Result<ComplaintAnswer, FairPlayFailure>;
type Found = Pick<typeof complaint.$inferSelect, 'supplierId' | 'number' | 'state'>;

const mostOpen = 500;
/** Where the chain has no rules yet. */
const usualDays = 14;
const dayMs = 86_400_000;

/** [FP2] One side complains of the other. */
export async function raiseComplaint(
  context: ServerContext,
  actor: ComplaintActor & { supplierId: string },
  { ruleId, order, amountMinor, note, photos }: NewComplaint,
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const { merchantId, supplierId, side } = actor;
    if (!(await lockSupplier(tx, actor))) return badRequest('supplierId: not known');
    const published = await findRules(tx, merchantId);
    const rule = published?.rules.rules.find((one) => one.ruleId === ruleId) ?? null;
    if (ruleId !== null && rule === null) return badRequest('ruleId: no such rule');
    if (amountMinor > (side === 'buyer' ? (rule?.mostMinor ?? 0) : 0))
      return badRequest('amountMinor: more than the rule says');
    const about = order && (await findOrder(tx, actor, order));
    if (order !== null && about === null) return badRequest('order: not known');
    const complaintId = newId(context);
    const state: Complaint = {
      ...{ phase: 'open', version: 1, by: side, rulesVersion: published?.version ?? null },
      rule: rule && { ruleId: rule.ruleId, title: rule.title, mostMinor: rule.mostMinor },
      ...{ currency: published?.rules.currency ?? null, order: about, askedMinor: amountMinor },
      answerByMs: context.nowMs() + (published?.rules.answerDays ?? usualDays) * dayMs,
      ...{ appealByMs: null, appealDays: published?.rules.appealDays ?? usualDays },
      ...{ isUpheld: null, decidedMinor: 0, said: 1 },
    };
    const { rows } = await tx.query<{ number: number; open: number }>(
      `select coalesce(max(number), 0)::int as number,
              (count(*) filter (where phase in ('open', 'answered', 'appealed')))::int as open
         from complaint where merchant_id = $1 and supplier_id = $2`,
      [merchantId, supplierId],
    );
    if ((rows[0]?.open ?? 0) >= mostOpen) return fail({ code: 'conflict', detail: 'too many are open' });
    const number = (rows[0]?.number ?? 0) + 1;
    await tx.query(
      `insert into complaint (merchant_id, complaint_id, supplier_id, number, phase, state, changed_at_ms)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [merchantId, complaintId, supplierId, number, state.phase, JSON.stringify(state), context.nowMs()],
    );
    await keep(context, tx, { actor, complaintId, state, step: { step: 'raised', note, photos } });
    return ok({ complaintId, number, version: 1 });
  });
}

/** [FP2] Takes a step, if the version that its taker saw is still the latest; a decision moves the deposit in the same transaction. */
export async function sayOfComplaint(
  context: ServerContext,
  actor: ComplaintActor,
  complaintId: string,
  { version, step }: TakeComplaintStep,
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findComplaint(tx, actor, complaintId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such complaint' });
    const { supplierId, number, state: before } = found;
    if (before.version !== version) return fail({ code: 'conflict', detail: `it is at version ${before.version}` });
    const taken = takeComplaintStep(before, actor.side, step, context.nowMs());
    if (!taken.ok) {
      const { code } = taken.error;
      return code === 'not-yours' || code === 'too-much' ? badRequest(code) : fail({ code: 'conflict', detail: code });
    }
    const state = taken.value;
    const moved = await moveBy(context, tx, { actor: { ...actor, supplierId }, complaintId, before, state });
    if (!moved.ok) return moved;
    await tx.query(
      'update complaint set phase = $3, state = $4, changed_at_ms = $5 where merchant_id = $1 and complaint_id = $2',
      [actor.merchantId, complaintId, state.phase, JSON.stringify(state), context.nowMs()],
    );
    await keep(context, tx, { actor, complaintId, state, step });
    return ok({ complaintId, number, version: state.version });
  });
}

type Decided = {
  actor: ComplaintActor & { supplierId: string };
  complaintId: string;
  before: Complaint;
  state: Complaint;
};

/** [FP5] What a decision takes from the deposit, and what an appeal gives back. */
async function moveBy(
  context: ServerContext,
  tx: pg.PoolClient,
  { actor, complaintId, before, state }: Decided,
): Promise<Result<unknown, FairPlayFailure>> {
  const change = state.decidedMinor - before.decidedMinor;
  if (change === 0 || state.currency === null) return ok(null);
  await lockSupplier(tx, actor);
  const deposit = await readDeposit(tx, actor);
  return book(
    context,
    tx,
    { ...actor, deposit, agreedMinor: 0 },
    {
      ...{ move: change > 0 ? 'deducted' : 'given-back', amountMinor: Math.abs(change), currency: state.currency },
      ...{ complaintId, note: state.rule?.title ?? '' },
    },
  );
}

/** [A1] An order of this supplier that it was sent; null: none. */
async function findOrder(
  tx: pg.PoolClient,
  { merchantId, supplierId }: { merchantId: string; supplierId: string },
  { storeId, orderId }: { storeId: string; orderId: string },
): Promise<Complaint['order']> {
  const { rows } = await tx.query<{ number: number }>(
    `select number from purchase_order where store_id = $1 and order_id = $2 and merchant_id = $3 and supplier_id = $4
        and phase not in ('draft', 'to-approve', 'discarded')`,
    [storeId, orderId, merchantId, supplierId],
  );
  return rows[0] ? { storeId, orderId, number: rows[0].number } : null;
}

/** [A1] The complaint, locked; null: it is none of theirs. */
async function findComplaint(tx: pg.PoolClient, actor: ComplaintActor, complaintId: string): Promise<Found | null> {
  const { rows } = await tx.query<Found>(
    `select supplier_id as "supplierId", number, state from complaint
      where merchant_id = $1 and complaint_id = $2 and ($3::text is null or supplier_id = $3) for update`,
    [actor.merchantId, complaintId, actor.side === 'supplier' ? actor.supplierId : null],
  );
  return rows[0] ?? null;
}

type Kept = { actor: ComplaintActor; complaintId: string; state: Complaint; step: ComplaintStep };

async function keep(
  context: ServerContext,
  tx: pg.PoolClient,
  { actor, complaintId, state, step }: Kept,
): Promise<void> {
  const { merchantId, side, by } = actor;
  await tx.query(
    `insert into complaint_step (merchant_id, complaint_id, version, side, actor_id, at_ms, step)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [merchantId, complaintId, state.version, side, by.actorId, context.nowMs(), JSON.stringify(step)],
  );
  const { photos, ...told } = { photos: [], ...step };
  await recordAudit(tx, context, by, {
    ...{ merchantId, storeId: null, action: 'complaint-step-taken', subjectType: 'complaint', subjectId: complaintId },
    after: { phase: state.phase, version: state.version, ...told, photos: photos.length },
  });
  const { rows } = await tx.query<{ supplierId: string }>(
    'select supplier_id as "supplierId" from complaint where merchant_id = $1 and complaint_id = $2',
    [merchantId, complaintId],
  );
  const { phase, version } = state;
  await tellSystems(tx, context, {
    ...{ merchantId, supplierId: rows[0]?.supplierId ?? '', event: 'complaint.changed', isForSupplier: true },
    ...{ id: complaintId, storeId: null, version, phase, step: step.step, side },
  });
}

const badRequest = (detail: string) => fail<FairPlayFailure>({ code: 'bad-request', detail });
