import fc from 'fast-check';
import { expect } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { derivedRows, post } from './derived-rows.ts';
import { derivedTables, rebuildStore } from './rebuild.ts';
import { makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';

type Goods = Parameters<typeof saleBody>[0][number];
type Context = ReturnType<typeof openTestContext>;
type Sold = { do: 'sell'; who: string; approver: string | null; tillNumber: number };
type Sent = { do: 'send'; tillNumber: number };
type Changed = { do: string };
/** Steps, each so many ms after the one before. */
export type Story<Sale extends Sold, Change extends Changed> = readonly (readonly [Sale | Change | Sent, number])[];

/** How one story is told: what changes while entries lie unsent, and by hand what posting should raise of each sale. */
export type Telling<Sale extends Sold, Change extends Changed> = {
  begin?: (context: Context, storeId: string) => Promise<void>;
  change: (context: Context, storeId: string, step: Change) => Promise<void>;
  line: (sale: Sale) => Goods;
  expected: (sale: Sale, entryId: string, atMs: number) => string[];
};

export const tillNumbers = fc.constantFrom(1, 2);
export const sending = fc.record({ do: fc.constant('send' as const), tillNumber: tillNumbers });

export function storiesOf<Step>(step: fc.Arbitrary<Step>) {
  return fc.array(fc.tuple(step, fc.integer({ min: 0, max: 2 })), { minLength: 3, maxLength: 20 });
}

/** A database of its own on which stories are lived. For tests. */
export class StoryWorld {
  readonly #base: Context;
  readonly #ownerUrl: string;
  readonly #drop: () => Promise<void>;
  readonly #codes: readonly string[] | null;

  private constructor(base: Context, ownerUrl: string, drop: () => Promise<void>, codes: readonly string[] | null) {
    this.#base = base;
    this.#ownerUrl = ownerUrl;
    this.#drop = drop;
    this.#codes = codes;
  }

  /** `codes`: the exceptions that stories tell of; null: all that there are. */
  static async open(codes: readonly string[] | null): Promise<StoryWorld> {
    const { url, ownerUrl, drop } = await createTestDatabase();
    return new StoryWorld(openTestContext(url), ownerUrl, drop, codes);
  }
  async close(): Promise<void> {
    await this.#base.close();
    await this.#drop();
  }

  /** [P1] [P2] What is raised is what the telling says, when it is posted again and in any order of arrival. */
  async holds<Sale extends Sold, Change extends Changed>(
    stories: fc.Arbitrary<Story<Sale, Change>>,
    newTelling: () => Telling<Sale, Change>,
  ): Promise<void> {
    const dice = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(stories, dice, async (story, rolls) => {
        const { tills, entries, expected, storeId } = await this.#live(story, newTelling());
        expect(await this.#faultsOf(storeId)).toEqual(expected);
        const rows = await derivedRows(this.#base, storeId);
        await rebuildStore(this.#base, storeId);
        expect(await derivedRows(this.#base, storeId)).toEqual(rows);

        const roll = () => rolls.next().value ?? 0;
        const shuffled = entries.map((entry) => [roll(), entry] as const).sort(([a], [b]) => a - b);
        const later = { ...this.#base, nowMs: () => testNowMs + 1_000_000 };
        await this.#forget(storeId);
        for (const [, entry] of shuffled) {
          const till = tills[entry.tillNumber - 1];
          if (till) await post(later, till, [entry]);
        }
        expect(await derivedRows(this.#base, storeId)).toEqual(rows);
      }),
      { numRuns: 25 },
    );
  }

  /** What is unsent at the end is sent then. */
  async #live<Sale extends Sold, Change extends Changed>(story: Story<Sale, Change>, telling: Telling<Sale, Change>) {
    let nowMs = testNowMs;
    const context = { ...this.#base, nowMs: () => nowMs };
    const storeId = await makeStore(context);
    await telling.begin?.(context, storeId);
    const tills = await Promise.all([1, 2].map((number) => makeTill(context, storeId, number)));
    const unsent = new Map<TestTill, Entry[]>(tills.map((till) => [till, []]));
    const entries: Entry[] = [];
    const sales: { sale: Sale; entryId: string; atMs: number }[] = [];
    const send = async (till: TestTill) => post(context, till, unsent.get(till)?.splice(0) ?? []);
    for (const [next, passedMs] of story) {
      nowMs += passedMs;
      if (!isOfTill(next)) {
        await telling.change(context, storeId, next);
        continue;
      }
      const till = tills[next.tillNumber - 1];
      if (!till) continue;
      if (next.do === 'send') await send(till);
      else {
        const sale = next as Sale;
        const entry = await makeSale(till, sale, telling.line(sale), nowMs);
        entries.push(entry);
        unsent.get(till)?.push(entry);
        sales.push({ sale, entryId: entry._id, atMs: nowMs });
      }
    }
    nowMs += 5;
    for (const till of tills) await send(till);
    const expected = sales.flatMap(({ sale, entryId, atMs }) => telling.expected(sale, entryId, atMs));
    return { storeId, tills, entries, expected: expected.sort() };
  }

  async #forget(storeId: string): Promise<void> {
    await runSql(this.#ownerUrl, 'delete from journal where store_id = $1', [storeId]);
    for (const table of derivedTables)
      await this.#base.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
  }

  async #faultsOf(storeId: string): Promise<string[]> {
    const { rows } = await this.#base.database.pool.query<{ fault: string }>(
      `select entry_id || ' ' || code || ' ' || subject as fault from exception
        where store_id = $1 and code <> 'chain-broken' and ($2::text[] is null or code = any($2))`,
      [storeId, this.#codes],
    );
    return rows.map(({ fault }) => fault).sort();
  }
}

function isOfTill<Sale extends Sold, Change extends Changed>(step: Sale | Change | Sent): step is Sale | Sent {
  return step.do === 'sell' || step.do === 'send';
}

function makeSale(till: TestTill, sale: Sold, sold: Goods, nowMs: number): Promise<Entry> {
  const { who: operatorId, approver } = sale;
  const said = { right: 'change-price', method: 'pin', reason: '', approvedAtMs: nowMs, staffListAgeMs: 0 } as const;
  const approvals = approver === null ? [] : [{ ...said, operatorId: approver }];
  return till.next('retail-transaction', { ...saleBody([sold]), approvals }, { operatorId, deviceAtMs: nowMs });
}
