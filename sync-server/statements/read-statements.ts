import type {
  StatementDetail,
  StatementLine,
  StatementLines,
  StatementLinesQuery,
  StatementList,
  StatementSummary,
  StatementsQuery,
} from '#schemas/api/statements.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import {
  openClaims,
  remindersOf,
  type Statement,
  statementAwaits,
  statementPaid,
  statementTotal,
  worthOf,
} from '#schemas/procurement/statement.ts';
import type { Names } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { wasSentSql } from './take-statement-step.ts';

/** Whose statements: of the chain with all its suppliers, or of one supplier. */
export type StatementReader = { merchantId: string } & ({ side: 'buyer' } | { side: 'supplier'; supplierId: string });
type Row = {
  statementId: string;
  number: number;
  supplierId: string;
  supplierName: string;
  merchantName: string;
  state: Statement;
  changedAtMs: number;
};

const columns = `t.statement_id as "statementId", t.number, t.supplier_id as "supplierId", p.name as "supplierName",
  m.name as "merchantName", t.state, t.changed_at_ms as "changedAtMs"`;
const source = `supplier_statement t join merchant m on m.merchant_id = t.merchant_id
  join supplier p on p.merchant_id = t.merchant_id and p.supplier_id = t.supplier_id`;
/** [A1] [ST10] What a reader may see; parameters `$1` the chain, `$2` the supplier or null. */
const theirs = `t.merchant_id = $1 and ($2::text is null or t.supplier_id = $2)`;
const sentOnly = `and (t.phase not in ('draft', 'discarded') or (t.phase = 'discarded' and ${wasSentSql}))`;
const ownOf = (reader: StatementReader) => (reader.side === 'supplier' ? reader.supplierId : null);
const seenBy = (reader: StatementReader) => `${theirs} ${reader.side === 'supplier' ? sentOnly : ''}`;

export async function listStatements(
  context: ServerContext,
  reader: StatementReader,
  { supplier, limit, before }: StatementsQuery,
): Promise<StatementList> {
  const { pool } = context.database;
  const [atMs = null, markId = null] = before?.split('_') ?? [];
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${source} where ${seenBy(reader)}
        and ($3::int8 is null or (t.changed_at_ms, t.statement_id) < ($3::int8, $4::text))
      order by t.changed_at_ms desc, t.statement_id desc limit $5`,
    [reader.merchantId, ownOf(reader) ?? supplier ?? null, atMs, markId, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    serverTimeMs: context.nowMs(),
    statements: shown.map((row) => summaryOf(context, reader.side, row)),
    next: rows.length > limit && last ? `${last.changedAtMs}_${last.statementId}` : null,
    ...(reader.side === 'buyer' ? await readParties(pool, reader.merchantId) : { suppliers: [], currencies: [] }),
  };
}

async function readParties(database: Queryable, merchantId: string) {
  const suppliers = await database.query<{ supplierId: string; name: string }>(
    'select supplier_id as "supplierId", name from supplier where merchant_id = $1 order by name, supplier_id limit 5000',
    [merchantId],
  );
  const currencies = await database.query<{ currency: string }>(
    'select currency from store where merchant_id = $1 group by currency order by count(*) desc, currency',
    [merchantId],
  );
  return { suppliers: suppliers.rows, currencies: currencies.rows.map(({ currency }) => currency) };
}

/** One statement with all that was said of it; null: it is none of theirs. */
export async function readStatement(
  context: ServerContext,
  reader: StatementReader,
  statementId: string,
): Promise<StatementDetail | null> {
  const { pool } = context.database;
  const row = await readRow(pool, reader, statementId);
  if (row === null) return null;
  const { drawn, approved, items, payments } = row.state;
  const { merchantName } = row;
  return {
    ...summaryOf(context, reader.side, row),
    ...{ serverTimeMs: context.nowMs(), merchantName, drawnMinor: drawn.drawnMinor, approved, items, payments },
    history: await readHistory(pool, reader, statementId),
    messages: await readMessages(pool, reader, statementId),
  };
}

async function readRow(database: Queryable, reader: StatementReader, statementId: string): Promise<Row | null> {
  const { rows } = await database.query<Row>(
    `select ${columns} from ${source} where ${seenBy(reader)} and t.statement_id = $3`,
    [reader.merchantId, ownOf(reader), statementId],
  );
  return rows[0] ?? null;
}

function summaryOf(context: ServerContext, side: OrderSide, row: Row): StatementSummary {
  const { statementId, number, supplierId, supplierName, state, changedAtMs } = row;
  const { fromDay, untilDay, currency, dueOn, lineCount } = state.drawn;
  // A due day is no store's: the chain's stores may be on several continents.
  const today = new Date(context.nowMs()).toISOString().slice(0, 10);
  return {
    ...{ statementId, number, supplierId, supplierName, phase: state.phase, version: state.version },
    ...{ awaits: statementAwaits(state), fromDay, untilDay, currency, dueOn, lineCount, changedAtMs },
    ...{ totalMinor: statementTotal(state), paidMinor: statementPaid(state), openClaims: openClaims(state) },
    reminders: remindersOf(state, side, today),
  };
}

const nameSql = `coalesce((select name from operator o where o.merchant_id = t.merchant_id and o.operator_id = t.actor_id),
  (select name from api_key k where k.merchant_id = t.merchant_id and k.key_id = t.actor_id)) as name`;

async function readHistory(database: Queryable, reader: StatementReader, statementId: string) {
  const { rows } = await database.query<StatementDetail['history'][number]>(
    `select version, side, at_ms as "atMs", step ->> 'step' as step, (step ->> 'lineNumber')::int as "lineNumber",
            coalesce(step ->> 'note', '') as note, ${nameSql}
       from supplier_statement_step t where merchant_id = $1 and statement_id = $2
        and ($3 = 'buyer' or step ->> 'step' <> 'drawn') order by version`,
    [reader.merchantId, statementId, reader.side],
  );
  return rows;
}

async function readMessages(database: Queryable, reader: StatementReader, statementId: string) {
  const { rows } = await database.query<StatementDetail['messages'][number]>(
    `select message_number as "messageNumber", side, at_ms as "atMs", line_number as "lineNumber", text, ${nameSql}
       from supplier_statement_message t where merchant_id = $1 and statement_id = $2 order by message_number`,
    [reader.merchantId, statementId],
  );
  return rows;
}

type LineRow = Omit<StatementLine, 'settled' | 'worthMinor' | 'claim'>;

/** A page of its lines; null: it is none of theirs. */
export async function readStatementLines(
  context: ServerContext,
  reader: StatementReader,
  statementId: string,
  { after, limit, argued }: Omit<StatementLinesQuery, 'limit'> & { limit: number },
): Promise<(StatementLines & { statement: Row }) | null> {
  const { pool } = context.database;
  const statement = await readRow(pool, reader, statementId);
  if (statement === null) return null;
  const { state } = statement;
  const { rows } = await pool.query<LineRow>(
    `select l.line_number as "lineNumber", l.kind, l.condition, l.on_day as "onDay", s.name as "storeName",
            l.sku_id as "skuId", k.names, k.variant, o.number as "orderNumber", l.quantity,
            l.unit_cost_minor as "unitCostMinor",
            coalesce(case when l.kind = 'received' then d.row ->> 'reference' end, '') as reference
       from supplier_statement_line l join store s on s.store_id = l.store_id
       left join sku k on k.merchant_id = l.merchant_id and k.sku_id = l.sku_id
       left join purchase_order o on o.store_id = l.store_id and o.order_id = l.order_id
       left join delivery d on d.store_id = l.store_id and d.delivery_id = l.paper_id
      where l.merchant_id = $1 and l.statement_id = $2 and l.line_number > $3
        and ($5::int[] is null or l.line_number = any ($5) or l.unit_cost_minor is null)
      order by l.line_number limit $4`,
    [reader.merchantId, statementId, after, limit + 1, argued ? Object.keys(state.argued).map(Number) : null],
  );
  const lines = rows.slice(0, limit).map((line) => withArgument(line, state));
  return { statement, lines, next: rows.length > limit ? (lines.at(-1)?.lineNumber ?? null) : null };
}

function withArgument(line: LineRow & { names: Names | null }, { argued }: Statement): StatementLine {
  const own = argued[line.lineNumber];
  const settled = own?.settled ?? { quantity: line.quantity, unitCostMinor: line.unitCostMinor };
  return { ...line, settled, worthMinor: worthOf(line.kind, settled), claim: own?.claim ?? null };
}
