import type { BlockCredit, CreditDetail, CreditList, CreditSummary } from '#schemas/api/credits.ts';
import { entryId as entryIdOf, parseEntryId } from '#schemas/journal/envelope.ts';
import { type IssuedKind, maskedCreditCode, readCreditCode } from '#schemas/payment/credit-code.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';

type Balance = { balanceMinor: number; currency: string; isBlocked: boolean; isUsed: boolean };

/** What is left on a credit that this store gave out; null: it gave out none of that number. */
export async function readBalance(
  database: Queryable,
  storeId: string,
  kind: IssuedKind,
  code: string,
): Promise<Balance | null> {
  const { rows } = await database.query<Balance & { isIssued: boolean }>({
    name: 'balance of credit',
    text: `select s.currency, sum(s.amount_minor)::int8 as "balanceMinor", bool_or(s.amount_minor > 0) as "isIssued",
                  bool_or(s.amount_minor < 0 and not s.activates) as "isUsed",
                  exists (select from credit_block b where b.store_id = $1 and b.kind = $2 and b.code = $3
                                                       and b.until_ms is null) as "isBlocked"
             from credit_step s where s.store_id = $1 and s.kind = $2 and s.code = $3
            group by s.currency order by bool_or(s.amount_minor > 0) desc, min(s.ordered_at_ms)`,
    values: [storeId, kind, code],
  });
  const [balance] = rows;
  if (balance === undefined || !balance.isIssued) return null;
  const { isIssued, ...told } = balance;
  return told;
}

type CreditRow = Omit<CreditSummary, 'entryId' | 'shownCode'> & {
  code: string;
  tillNumber: number;
  sequence: number;
  blockReason: string | null;
};

/** Credits with the step that first gave them out; `$1` is the store. */
const creditsSql = `
  select s.kind, s.code, s.currency, sum(s.amount_minor)::int8 as "balanceMinor", min(s.ordered_at_ms) as "issuedAtMs",
         max(s.ordered_at_ms) as "usedAtMs", f.till_number as "tillNumber", f.sequence, f.step_number as "stepNumber",
         b.from_ms as "blockedAtMs", b.reason as "blockReason"
    from credit_step s
    join lateral (select till_number, sequence, step_number from credit_step g
                   where g.store_id = s.store_id and g.kind = s.kind and g.code = s.code and g.amount_minor > 0
                   order by g.ordered_at_ms, g.till_number, g.sequence, g.step_number limit 1) f on true
    left join credit_block b on b.store_id = s.store_id and b.kind = s.kind and b.code = s.code and b.until_ms is null
   where s.store_id = $1 and s.kind in ('store-credit', 'gift-card')`;
const grouped = `group by s.kind, s.code, s.currency, f.till_number, f.sequence, f.step_number, b.from_ms, b.reason
                 order by max(s.ordered_at_ms) desc, s.kind, s.code`;
const mostListed = 200;

/** What a store owes the bearers of its credits. */
export async function listCredits(database: Queryable, storeId: string): Promise<CreditList> {
  const [totals, credits] = await Promise.all([
    database.query<CreditList['totals'][number]>(
      `select kind, currency, sum(left_minor)::int8 as "owedMinor", count(*)::int4 as count
         from (select kind, code, currency, sum(amount_minor) as left_minor from credit_step
                where store_id = $1 and kind in ('store-credit', 'gift-card') group by kind, code, currency) c
        where left_minor > 0 group by kind, currency order by kind, currency`,
      [storeId],
    ),
    database.query<CreditRow>(`${creditsSql} ${grouped} limit ${mostListed}`, [storeId]),
  ]);
  return { totals: totals.rows, credits: credits.rows.map(summaryOf) };
}

/** Credits by a whole number, or by a receipt that gave them out or took of them. */
export async function findCredits(database: Queryable, storeId: string, raw: string): Promise<CreditDetail[]> {
  const read = readCreditCode(raw);
  const receipt = parseEntryId(raw.trim());
  if (read !== null) {
    return readDetails(database, storeId, 'and s.kind = $2 and s.code = $3', [read.kind, read.code]);
  }
  if (receipt === null) return [];
  const ofReceipt = `and (s.kind, s.code) in (
    select kind, code from credit_step where store_id = $1 and till_number = $2 and sequence = $3)`;
  return readDetails(database, storeId, ofReceipt, [receipt.tillNumber, receipt.sequence]);
}

async function readDetails(
  database: Queryable,
  storeId: string,
  which: string,
  values: readonly (string | number)[],
): Promise<CreditDetail[]> {
  const { rows } = await database.query<CreditRow>(`${creditsSql} ${which} ${grouped}`, [storeId, ...values]);
  return Promise.all(
    rows.map(async (row) => ({
      ...summaryOf(row),
      blockReason: row.blockReason,
      steps: await readSteps(database, storeId, row),
    })),
  );
}

async function readSteps(
  database: Queryable,
  storeId: string,
  { kind, code, currency }: CreditRow,
): Promise<CreditDetail['steps']> {
  type StepRow = { tillNumber: number; sequence: number; stepNumber: number; amountMinor: number; atMs: number };
  const { rows } = await database.query<StepRow>(
    `select till_number as "tillNumber", sequence, step_number as "stepNumber", amount_minor as "amountMinor",
            ordered_at_ms as "atMs"
       from credit_step where store_id = $1 and kind = $2 and code = $3 and currency = $4
      order by ordered_at_ms, till_number, sequence, step_number`,
    [storeId, kind, code, currency],
  );
  return rows.map(({ tillNumber, sequence, ...step }) => ({ entryId: entryIdOf(tillNumber, sequence), ...step }));
}

function summaryOf({ code, tillNumber, sequence, blockReason, ...told }: CreditRow): CreditSummary {
  return { ...told, entryId: entryIdOf(tillNumber, sequence), shownCode: maskedCreditCode(code) };
}

/** Stops a credit, or lets it go on, and puts that on record. Null: there is none. */
export async function blockCredit(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  by: AuditActor,
  { entryId, stepNumber, isBlocked, reason }: BlockCredit,
): Promise<CreditDetail[] | null> {
  const place = parseEntryId(entryId);
  if (place === null) return null;
  return inTransaction(context.database, async (tx) => {
    // Nothing is posted meanwhile: all that is recorded is before it, and is judged so whenever it is judged again (P2).
    await tx.query('select 1 from store_counter where store_id = $1 for update', [storeId]);
    const named = await tx.query<{ kind: IssuedKind; code: string }>(
      `select kind, code from credit_step where store_id = $1 and till_number = $2 and sequence = $3 and step_number = $4
          and kind in ('store-credit', 'gift-card')`,
      [storeId, place.tillNumber, place.sequence, stepNumber],
    );
    const [credit] = named.rows;
    if (credit === undefined) return null;
    const { kind, code } = credit;
    const found = () => readDetails(tx, storeId, 'and s.kind = $2 and s.code = $3', [kind, code]);
    const [before] = await found();
    if ((before?.blockedAtMs !== null) === isBlocked) return found();
    const { rows } = await tx.query<{ atMs: number }>(
      `select greatest($4::int8, max(ordered_at_ms) + 1) as "atMs" from credit_step
        where store_id = $1 and kind = $2 and code = $3`,
      [storeId, kind, code, context.nowMs()],
    );
    const atMs = rows[0]?.atMs ?? context.nowMs();
    if (isBlocked) {
      await tx.query('insert into credit_block (store_id, kind, code, from_ms, reason) values ($1, $2, $3, $4, $5)', [
        storeId,
        kind,
        code,
        atMs,
        reason,
      ]);
    } else {
      await tx.query(
        `update credit_block set until_ms = greatest($4::int8, from_ms)
          where store_id = $1 and kind = $2 and code = $3 and until_ms is null`,
        [storeId, kind, code, atMs],
      );
    }
    const action = isBlocked ? ('credit-blocked' as const) : ('credit-unblocked' as const);
    const subject = { subjectType: kind, subjectId: `${maskedCreditCode(code)} ${entryId}` };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, after: { reason } });
    return found();
  });
}
