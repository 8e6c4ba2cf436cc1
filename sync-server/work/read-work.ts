import {
  type MarkedWork,
  urgencies,
  type WorkItem,
  type WorkList,
  type WorkMark,
  type WorkView,
} from '#schemas/api/work.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { countWork, cycleWork, deliveryWork, expiryWork, orderWork, priceWork, reorderWork } from './goods-work.ts';
import { exceptionWork, listedWork, printerWork, shiftWork, tillWork, unpostedWork, type WorkAt } from './till-work.ts';

/** Who looks; null: no person. `may`: whether they are shown what is to order and to count. */
export type WorkReader = { operatorId: string | null; may: (right: 'order-goods' | 'plan-count') => boolean };
type Source = (context: ServerContext, at: WorkAt) => Promise<WorkItem[]>;

/** Suggestions are worked out from weeks of sales: a store's are that old at most. */
const rememberedMs = 300_000;
const rememberedStores = 500;

/** What is to do in a store. One a server: it remembers what is dear to find out. */
export class Workbench {
  readonly #context: ServerContext;
  readonly #remembered = new Map<string, { atMs: number; items: Promise<WorkItem[]> }>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** All work of a store that is not done, as far as the reader may see it, the most urgent first. */
  async gather(store: OfficeStore, reader: WorkReader): Promise<WorkItem[]> {
    const nowMs = this.#context.nowMs();
    const at: WorkAt = { store, nowMs, today: businessDayAt(nowMs, store.timeZone) };
    const { pool } = this.#context.database;
    const cheap = [exceptionWork, unpostedWork, tillWork, printerWork, shiftWork, deliveryWork, orderWork, expiryWork];
    const found = await Promise.all([
      ...cheap.map((source) => source(pool, at)),
      this.#remember('price', at, ({ database }) => priceWork(database.pool, at)),
      reader.may('order-goods') ? this.#remember('reorder', at, reorderWork) : [],
      reader.may('plan-count') ? countWork(pool, at) : [],
      reader.may('plan-count') ? this.#remember('cycle', at, cycleWork) : [],
    ]);
    return found.flat().toSorted(byUrgency);
  }

  #remember(name: string, at: WorkAt, source: Source): Promise<WorkItem[]> {
    const key = `${name} ${at.store.storeId}`;
    const known = this.#remembered.get(key);
    if (known !== undefined && at.nowMs - known.atMs < rememberedMs) return known.items;
    this.#remembered.delete(key);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size < rememberedStores) break;
      this.#remembered.delete(oldest);
    }
    const items = source(this.#context, at);
    this.#remembered.set(key, { atMs: at.nowMs, items });
    // What failed is tried again by the next who asks.
    items.catch(() => this.#remembered.delete(key));
    return items;
  }

  /** One of a page's views of it, with what people did. */
  async list(store: OfficeStore, reader: WorkReader, view: WorkView): Promise<WorkList> {
    const { pool } = this.#context.database;
    const serverTimeMs = this.#context.nowMs();
    const gathered = await this.gather(store, reader);
    const marks = await readMarks(
      pool,
      store,
      gathered.map(({ workId }) => workId),
    );
    const all = gathered.map((item): MarkedWork => ({ ...item, mark: marks.get(item.workId) ?? null }));
    const undone = all.filter(({ mark }) => mark === null || mark.doneAtMs === null);
    const isLater = ({ mark }: MarkedWork) => (mark?.snoozedUntilMs ?? 0) > serverTimeMs;
    const open = undone.filter((item) => !isLater(item));
    const isOwn = ({ mark }: MarkedWork) =>
      reader.operatorId !== null && mark?.assigned?.operatorId === reader.operatorId;
    const [mine, snoozed] = [open.filter(isOwn), undone.filter(isLater)];
    const urgent = { now: 0, today: 0, soon: 0 };
    for (const { urgency } of open) urgent[urgency] += 1;
    const kinds = Map.groupBy(gathered, ({ kind }) => kind);
    return {
      serverTimeMs,
      currency: store.currency,
      items: view === 'done' ? await readDone(pool, store) : { open, mine, snoozed }[view],
      urgent,
      views: { open: open.length, mine: mine.length, snoozed: snoozed.length },
      isCut: [...kinds.values()].some((items) => items.length >= listedWork),
      people: await readPeople(pool, store),
    };
  }
}

function byUrgency(a: WorkItem, b: WorkItem): number {
  return (
    urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency) || b.atMs - a.atMs || (a.workId < b.workId ? -1 : 1)
  );
}

type MarkRow = {
  workId: string;
  item: WorkItem;
  assignedTo: string | null;
  assignedName: string | null;
  snoozedUntilMs: number | null;
  doneAtMs: number | null;
  changedBy: string;
  changedName: string | null;
  changedAtMs: number;
};

const markSql = `select w.work_id as "workId", w.item, w.assigned_to as "assignedTo", a.name as "assignedName",
    w.snoozed_until_ms as "snoozedUntilMs", w.done_at_ms as "doneAtMs", w.changed_by as "changedBy",
    c.name as "changedName", w.changed_at_ms as "changedAtMs"
  from work_mark w
  left join operator a on a.merchant_id = $2 and a.operator_id = w.assigned_to
  left join operator c on c.merchant_id = $2 and c.operator_id = w.changed_by`;

function markOf(row: MarkRow): WorkMark {
  const { assignedTo, assignedName, snoozedUntilMs, doneAtMs, changedBy, changedName, changedAtMs } = row;
  return {
    assigned: assignedTo === null ? null : { operatorId: assignedTo, name: assignedName ?? assignedTo },
    ...{ snoozedUntilMs, doneAtMs, changedAtMs },
    changedBy: { operatorId: changedBy, name: changedName ?? changedBy },
  };
}

async function readMarks(
  database: Queryable,
  { storeId, merchantId }: OfficeStore,
  workIds: readonly string[],
): Promise<Map<string, WorkMark>> {
  const { rows } = await database.query<MarkRow>(`${markSql} where w.store_id = $1 and w.work_id = any($3)`, [
    storeId,
    merchantId,
    workIds,
  ]);
  return new Map(rows.map((row) => [row.workId, markOf(row)]));
}

const listedDone = 100;

/** What was done last. */
async function readDone(database: Queryable, { storeId, merchantId }: OfficeStore): Promise<MarkedWork[]> {
  const { rows } = await database.query<MarkRow>(
    `${markSql} where w.store_id = $1 and w.done_at_ms is not null and w.item is not null
      order by w.done_at_ms desc, w.work_id limit ${listedDone}`,
    [storeId, merchantId],
  );
  return rows.map((row) => ({ ...row.item, mark: markOf(row) }));
}

const peopleSql = `select o.operator_id as "operatorId", o.name from operator o
  where o.merchant_id = $2 and o.left_at_ms is null and o.erased_at_ms is null
    and exists (select from role_grant g where g.merchant_id = o.merchant_id and g.operator_id = o.operator_id
      and g.until_ms is null and (g.scope_type = 'merchant' or (g.scope_type = 'store' and g.scope_id = $1)))`;
const listedPeople = 300;

async function readPeople(database: Queryable, { storeId, merchantId }: OfficeStore): Promise<WorkList['people']> {
  const { rows } = await database.query<WorkList['people'][number]>(
    `${peopleSql} order by lower(o.name), o.operator_id limit ${listedPeople}`,
    [storeId, merchantId],
  );
  return rows;
}

/** Whether work of this store can be given to somebody. */
export async function isOfStore(
  database: Queryable,
  { storeId, merchantId }: OfficeStore,
  operatorId: string,
): Promise<boolean> {
  const { rowCount } = await database.query(`${peopleSql} and o.operator_id = $3`, [storeId, merchantId, operatorId]);
  return rowCount === 1;
}
