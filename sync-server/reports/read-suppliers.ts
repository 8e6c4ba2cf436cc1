import type { SupplierReport, SupplierReportRow } from '#schemas/api/supplier-report.ts';
import { type Statement, statementPaid, statementTotal } from '#schemas/procurement/statement.ts';
import { noGoodsSums } from '#schemas/reports/goods-measures.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { compareSuppliers } from '../fair-play/scorecard.ts';
import type { GoodsDays, GoodsScope } from './goods-sql.ts';
import { readGoods } from './read-goods.ts';

/** Rows of goods of suppliers; more than a chain has. */
const mostSuppliers = 500;

/** The chain's suppliers, with what their goods brought in a store, and what is owed to them where that is asked for. */
export async function readSuppliers(
  context: ServerContext,
  scope: GoodsScope,
  days: GoodsDays,
  isOwedTold: boolean,
): Promise<Omit<SupplierReport, 'behind'>> {
  const { pool } = context.database;
  const asked = {
    by: 'supplier',
    sort: 'netMinor',
    dir: 'down',
    locale: 'en',
    limit: mostSuppliers,
    offset: 0,
  } as const;
  const goods = await readGoods(pool, scope, days, asked);
  const { scorecards, sinceMs, next } = await compareSuppliers(context, scope.merchantId, '');
  const owed = isOwedTold ? await readOwed(pool, scope, days.today) : null;
  const rowOf = (key: string, name: string, figures: SupplierReportRow['figures']): SupplierReportRow => ({
    ...{ key, name, figures },
    goods: goods.rows.find((row) => row.key === key)?.sums ?? noGoodsSums,
    openMinor: owed === null ? null : (owed.get(key)?.openMinor ?? 0),
    overdueMinor: owed === null ? null : (owed.get(key)?.overdueMinor ?? 0),
  });
  const known = new Set(scorecards.map(({ supplierId }) => supplierId));
  const others = goods.rows.filter(({ key }) => !known.has(key));
  return {
    ...{ from: days.from, to: days.to, days: goods.days, currency: scope.currency, sinceMs },
    rows: [
      ...scorecards.map(({ supplierId, supplierName, figures }) => rowOf(supplierId, supplierName, figures)),
      ...others.map(({ key, names }) => rowOf(key, typeof names === 'string' ? names : key, null)),
    ],
    hasMore: next !== null,
  };
}

type Owed = { openMinor: number; overdueMinor: number };

/** What is left to pay of approved statements in the store's currency, by supplier. */
async function readOwed(
  database: Queryable,
  { merchantId, currency }: GoodsScope,
  today: string,
): Promise<Map<string, Owed>> {
  const { rows } = await database.query<{ supplierId: string; state: Statement }>(
    `select supplier_id as "supplierId", state from supplier_statement
      where merchant_id = $1 and phase = 'approved' and state -> 'drawn' ->> 'currency' = $2`,
    [merchantId, currency],
  );
  const owed = new Map<string, Owed>();
  for (const { supplierId, state } of rows) {
    const open = statementTotal(state) - statementPaid(state);
    const isOverdue = state.drawn.dueOn !== null && state.drawn.dueOn < today;
    const { openMinor, overdueMinor } = owed.get(supplierId) ?? { openMinor: 0, overdueMinor: 0 };
    owed.set(supplierId, { openMinor: openMinor + open, overdueMinor: overdueMinor + (isOverdue ? open : 0) });
  }
  return owed;
}
