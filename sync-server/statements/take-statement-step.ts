import type pg from 'pg';
import type { StatementAnswer, StatementMessage, TakeStatementStep } from '#schemas/api/statements.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import {
  type Statement,
  type StatementStep,
  type StatementWord,
  takeStatementStep,
} from '#schemas/procurement/statement.ts';
import type { StatementKind } from '#schemas/procurement/statement-lines.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import type { supplierStatement } from '../db/tables-statements.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';

/** Who says something: the chain, or a supplier of its own statements alone. */
export type StatementActor = { merchantId: string; by: AuditActor } & (
  | { side: 'buyer' }
  | { side: 'supplier'; supplierId: string }
);
export type StatementFailure = { code: 'not-found' | 'conflict' | 'bad-request'; detail: string };
type Answer = Result<StatementAnswer, StatementFailure>;
type Found = Pick<typeof supplierStatement.$inferSelect, 'number' | 'supplierId' | 'state'>;

const mostMessages = 500;

/** [ST4] Takes a step, if the version that its taker saw is still the latest. */
export async function saySomething(
  context: ServerContext,
  actor: StatementActor,
  statementId: string,
  { version, step: word }: TakeStatementStep,
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findStatement(tx, actor, statementId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such statement' });
    const { number, state: before } = found;
    if (before.version !== version) return fail({ code: 'conflict', detail: `it is at version ${before.version}` });
    const step = await stepOf(tx, actor.merchantId, statementId, word);
    if (step === null) return badRequest('lineNumber: it has no such line');
    const taken = takeStatementStep(before, actor.side, step);
    if (!taken.ok) {
      const { code } = taken.error;
      return code === 'not-now' ? fail({ code: 'conflict', detail: code }) : badRequest(code);
    }
    const state = taken.value;
    await keepStatementStep(context, tx, { ...actor, statementId, before, state, step });
    if (state.phase === 'discarded') await forget(tx, actor.merchantId, statementId);
    return ok({ statementId, number, version: state.version });
  });
}

/** [ST5] A claim is kept with what was drawn, so that the steps alone say what stands. Null: there is no such line. */
async function stepOf(
  tx: pg.PoolClient,
  merchantId: string,
  statementId: string,
  word: StatementWord,
): Promise<StatementStep | null> {
  if (word.step !== 'claimed') return word;
  const { rows } = await tx.query<{ kind: StatementKind; quantity: number; unitCostMinor: number | null }>(
    `select kind, quantity, unit_cost_minor as "unitCostMinor" from supplier_statement_line
      where merchant_id = $1 and statement_id = $2 and line_number = $3`,
    [merchantId, statementId, word.lineNumber],
  );
  const [of] = rows;
  return of === undefined ? null : { ...word, of };
}

/** Says something of it, or of one of its lines; it changes nothing. */
export async function sayOfStatement(
  context: ServerContext,
  actor: StatementActor,
  statementId: string,
  { lineNumber, text }: StatementMessage,
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findStatement(tx, actor, statementId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such statement' });
    const { number, state } = found;
    if (state.phase === 'discarded') return fail({ code: 'conflict', detail: 'not-now' });
    if (lineNumber !== null && lineNumber > state.drawn.lineCount) return badRequest('lineNumber: it has no such line');
    // The statement's row is locked, so numbers have no gaps.
    const { rowCount } = await tx.query(
      `insert into supplier_statement_message
         (merchant_id, statement_id, message_number, side, actor_id, at_ms, line_number, text)
       select $1, $2, count(*) + 1, $3, $4, $5, $6, $7 from supplier_statement_message
        where merchant_id = $1 and statement_id = $2 having count(*) < ${mostMessages}`,
      [actor.merchantId, statementId, actor.side, actor.by.actorId, context.nowMs(), lineNumber, text],
    );
    if (rowCount === 0) return fail({ code: 'conflict', detail: `there are ${mostMessages} messages` });
    return ok({ statementId, number, version: state.version });
  });
}

/** [ST1] What it took is in no statement any more. */
export async function forget(tx: pg.PoolClient, merchantId: string, statementId: string): Promise<void> {
  await tx.query('delete from supplier_statement_source where merchant_id = $1 and statement_id = $2', [
    ...[merchantId, statementId],
  ]);
}

/** [A1] [ST10] The statement; null: it is none of theirs, or a supplier's before it was sent. */
export async function findStatement(
  tx: pg.PoolClient,
  actor: StatementActor,
  statementId: string,
  { isLocked = true }: { isLocked?: boolean } = {},
): Promise<Found | null> {
  const own = actor.side === 'supplier' ? actor.supplierId : null;
  const { rows } = await tx.query<Found & { wasSent: boolean }>(
    `select t.number, t.supplier_id as "supplierId", t.state, ${wasSentSql} as "wasSent" from supplier_statement t
      where t.merchant_id = $1 and t.statement_id = $2 and ($3::text is null or t.supplier_id = $3)
      ${isLocked ? 'for update' : ''}`,
    [actor.merchantId, statementId, own],
  );
  const [found] = rows;
  return found && (own === null || found.wasSent) ? found : null;
}

/** A draft that was discarded was never sent. */
export const wasSentSql = `exists (select 1 from supplier_statement_step w where w.merchant_id = t.merchant_id
  and w.statement_id = t.statement_id and w.step ->> 'step' = 'sent')`;

type Kept = {
  merchantId: string;
  by: AuditActor;
  side: OrderSide;
  statementId: string;
  before: Statement | null;
  state: Statement;
  step: StatementStep;
};

/** Keeps a step, and the statement as it stands after it. */
export async function keepStatementStep(context: ServerContext, tx: pg.PoolClient, kept: Kept): Promise<void> {
  const { merchantId, by, side, statementId, before, state, step } = kept;
  const { rows } = await tx.query<{ supplierId: string }>(
    `update supplier_statement set phase = $3, state = $4, changed_at_ms = $5 where merchant_id = $1 and statement_id = $2
     returning supplier_id as "supplierId"`,
    [merchantId, statementId, state.phase, JSON.stringify(state), context.nowMs()],
  );
  await tx.query(
    `insert into supplier_statement_step (merchant_id, statement_id, version, side, actor_id, at_ms, step)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [merchantId, statementId, state.version, side, by.actorId, context.nowMs(), JSON.stringify(step)],
  );
  const stand = ({ phase, version }: Statement) => ({ phase, version });
  await recordAudit(tx, context, by, {
    ...{ merchantId, storeId: null, action: 'statement-step-taken', subjectType: 'statement', subjectId: statementId },
    ...(before && { before: stand(before) }),
    after: { ...stand(state), ...step },
  });
  // [ST10] A draft, and one that was discarded, is the buyer's alone.
  const isDraft = state.phase === 'draft' || (state.phase === 'discarded' && before?.phase === 'draft');
  await tellSystems(tx, context, {
    ...{ merchantId, supplierId: rows[0]?.supplierId ?? '', event: 'statement.changed', isForSupplier: !isDraft },
    ...{ id: statementId, storeId: null, ...stand(state), step: step.step, side },
  });
}

const badRequest = (detail: string) => fail<StatementFailure>({ code: 'bad-request', detail });
