import type pg from 'pg';
import type { NewStatement, StatementAnswer } from '#schemas/api/statements.ts';
import { assert } from '#schemas/assert.ts';
import { termsOn } from '#schemas/procurement/contract.ts';
import { type Drawn, type Statement, takeStatementStep, worthOf } from '#schemas/procurement/statement.ts';
import { type DrawnLine, drawLines } from '#schemas/procurement/statement-lines.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { AuditActor } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { readContract } from '../suppliers/contract.ts';
import { openSources, type Period, type Source } from './statement-pieces.ts';
import { findStatement, forget, keepStatementStep, type StatementFailure } from './take-statement-step.ts';

type Buyer = { merchantId: string; by: AuditActor };
type Answer = Result<StatementAnswer, StatementFailure>;

/** [ST1] Draws a new statement of all that is in none yet. */
export async function drawStatement(context: ServerContext, buyer: Buyer, asked: NewStatement): Promise<Answer> {
  const { merchantId } = buyer;
  const { supplierId, currency, untilDay } = asked;
  return inTransaction(context.database, async (tx) => {
    // Those who draw for one supplier take turns, so that nothing is drawn twice and numbers have no gaps.
    const { rowCount } = await tx.query(
      'select 1 from supplier where merchant_id = $1 and supplier_id = $2 for no key update',
      [merchantId, supplierId],
    );
    if (rowCount === 0) return fail({ code: 'bad-request', detail: 'supplierId: not known' });
    const statementId = newId(context);
    const drawn = await draw(tx, { merchantId, supplierId, currency, untilDay }, statementId);
    const { rows } = await tx.query<{ number: number }>(
      `insert into supplier_statement (merchant_id, statement_id, supplier_id, number, phase, state, changed_at_ms)
       values ($1, $2, $3, (select coalesce(max(number), 0) + 1 from supplier_statement
                             where merchant_id = $1 and supplier_id = $3), 'draft', '{}', $4) returning number`,
      [merchantId, statementId, supplierId, context.nowMs()],
    );
    const number = rows[0]?.number ?? 0;
    const state = taken(null, drawn);
    await keepStatementStep(context, tx, { ...buyer, side: 'buyer', statementId, before: null, state, step: drawn });
    return ok({ statementId, number, version: state.version });
  });
}

/** Draws a draft again: what came since is in it, and prices are as they are now. */
export async function redrawStatement(
  context: ServerContext,
  buyer: Buyer,
  statementId: string,
  { version, untilDay }: { version: number; untilDay: string },
): Promise<Answer> {
  const { merchantId } = buyer;
  return inTransaction(context.database, async (tx) => {
    const seen = await findStatement(tx, { ...buyer, side: 'buyer' }, statementId, { isLocked: false });
    if (seen === null) return fail({ code: 'not-found', detail: 'no such statement' });
    const { supplierId } = seen;
    await tx.query('select 1 from supplier where merchant_id = $1 and supplier_id = $2 for no key update', [
      ...[merchantId, supplierId],
    ]);
    const found = await findStatement(tx, { ...buyer, side: 'buyer' }, statementId);
    assert(found !== null, 'a statement is never deleted');
    if (found.state.version !== version) return fail({ code: 'conflict', detail: `at version ${found.state.version}` });
    if (found.state.phase !== 'draft') return fail({ code: 'conflict', detail: 'not-now' });
    await forget(tx, merchantId, statementId);
    await tx.query('delete from supplier_statement_line where merchant_id = $1 and statement_id = $2', [
      ...[merchantId, statementId],
    ]);
    const { currency } = found.state.drawn;
    const drawn = await draw(tx, { merchantId, supplierId, currency, untilDay }, statementId);
    const state = taken(found.state, drawn);
    const kept = { ...buyer, side: 'buyer' as const, statementId, before: found.state, state, step: drawn };
    await keepStatementStep(context, tx, kept);
    return ok({ statementId, number: found.number, version: state.version });
  });
}

function taken(before: Statement | null, step: Drawn): Statement {
  const result = takeStatementStep(before, 'buyer', step);
  assert(result.ok, 'a draft may be drawn');
  return result.value;
}

async function draw(tx: pg.PoolClient, period: Period, statementId: string): Promise<Drawn> {
  const { merchantId, supplierId, currency, untilDay } = period;
  const sources = await openSources(tx, period);
  const lines = drawLines(sources.flatMap(({ pieces }) => pieces));
  await writeSources(tx, period, statementId, sources);
  await writeLines(tx, period, statementId, lines);
  const { rows } = await tx.query<{ untilDay: string }>(
    `select state -> 'drawn' ->> 'untilDay' as "untilDay" from supplier_statement
      where merchant_id = $1 and supplier_id = $2 and statement_id <> $3 and phase <> 'discarded'
        and state -> 'drawn' ->> 'currency' = $4 order by 1 desc limit 1`,
    [merchantId, supplierId, statementId, currency],
  );
  const last = rows[0]?.untilDay;
  const begins = last === undefined ? lines.map(({ onDay }) => onDay).toSorted()[0] : addDays(last, 1);
  const terms = termsOn(await readContract(tx, period), untilDay);
  const paymentDays = terms?.currency === currency ? terms.paymentDays : null;
  return {
    ...{ step: 'drawn', untilDay, currency },
    fromDay: begins === undefined || begins > untilDay ? untilDay : begins,
    drawnMinor: lines.reduce((sum, line) => sum + worthOf(line.kind, line), 0),
    lineCount: lines.length,
    unpriced: lines.filter(({ unitCostMinor }) => unitCostMinor === null).length,
    dueOn: paymentDays === null ? null : addDays(untilDay, paymentDays),
  };
}

const addDays = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

async function writeSources(
  tx: pg.PoolClient,
  { merchantId }: Period,
  statementId: string,
  sources: readonly Source[],
): Promise<void> {
  await tx.query(
    `insert into supplier_statement_source (merchant_id, statement_id, store_id, entry_id)
     select $1, $2, * from unnest($3::text[], $4::text[])`,
    [merchantId, statementId, sources.map(({ storeId }) => storeId), sources.map(({ entryId }) => entryId)],
  );
}

async function writeLines(
  tx: pg.PoolClient,
  { merchantId }: Period,
  statementId: string,
  lines: readonly DrawnLine[],
): Promise<void> {
  const texts = (['kind', 'storeId', 'paperId', 'orderId', 'skuId', 'condition', 'onDay'] as const).map((name) =>
    lines.map((line) => line[name]),
  );
  await tx.query(
    `insert into supplier_statement_line (merchant_id, statement_id, kind, store_id, paper_id, order_id, sku_id,
                                          condition, on_day, line_number, quantity, unit_cost_minor)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                                  $10::int4[], $11::int4[], $12::int8[])`,
    [
      ...[merchantId, statementId],
      ...texts,
      ...[lines.map((line) => line.lineNumber), lines.map((line) => line.quantity)],
      lines.map((line) => line.unitCostMinor),
    ],
  );
}
