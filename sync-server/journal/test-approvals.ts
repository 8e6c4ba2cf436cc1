import { expect } from 'vitest';
import type { Approval } from '#schemas/policy/approval.ts';
import type { BasketLine } from '#schemas/transaction/price-basket.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { derivedRows } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { giveRole } from './test-staff.ts';

// For tests: Cleo, a clerk, sells a mug below its price, which takes a manager's yes: Mia's or Max's.

const cheaper: BasketLine = {
  ...line('mug'),
  ...{ unitPriceMinor: 900, priceOverride: { listPriceMinor: 1_250, reason: 'x' } },
};

/** A store with a till and these three people, on a database of its own; `nextStore` before each test. */
export class TestApprovals {
  nowMs = testNowMs;
  readonly context: ServerContext;
  readonly close: () => Promise<void>;
  #till: TestTill | null = null;
  merchantId = '';

  private constructor(url: string, drop: () => Promise<void>) {
    const opened = openTestContext(url);
    this.context = { ...opened, nowMs: () => this.nowMs };
    this.close = async () => {
      await opened.close();
      await drop();
    };
  }

  static async open(): Promise<TestApprovals> {
    const { url, drop } = await createTestDatabase();
    return new TestApprovals(url, drop);
  }

  get till(): TestTill {
    if (!this.#till) throw new Error('a test has a store');
    return this.#till;
  }

  get storeId(): string {
    return this.till.storeId;
  }

  async nextStore(): Promise<void> {
    this.nowMs = testNowMs;
    const { context } = this;
    const storeId = await makeStore(context);
    this.#till = await makeTill(context, storeId, 1);
    const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
    this.merchantId = rows[0].merchant_id;
    for (const [operatorId, role] of Object.entries({ cleo: 'clerk', mia: 'store-manager', max: 'store-manager' })) {
      await giveRole(context, storeId, operatorId, role);
      await context.database.pool.query(
        `insert into operator (merchant_id, operator_id, name, created_at_ms) values ($1, $2, $2, 0)
             on conflict do nothing`,
        [this.merchantId, operatorId],
      );
    }
  }

  /** Cleo's sale that carries an approval, as the till's next entry. */
  sale(approval: Approval, from = this.till) {
    const body = { ...saleBody([cheaper]), approvals: [approval] };
    return from.next('retail-transaction', body, { operatorId: 'cleo', deviceAtMs: this.nowMs });
  }

  async faults(): Promise<string[]> {
    const { rows } = await this.context.database.pool.query<{ text: string }>(
      `select entry_id || ' ' || code || ' ' || subject as text from exception where store_id = $1 order by 1`,
      [this.storeId],
    );
    return rows.map(({ text }) => text);
  }

  /** [P2] What was raised is raised again. */
  async expectFaults(expected: string[]): Promise<void> {
    const { context, storeId } = this;
    expect(await this.faults()).toEqual(expected);
    const before = await derivedRows(context, storeId);
    await rebuildStore(context, storeId);
    expect(await derivedRows(context, storeId)).toEqual(before);
    expect(await this.faults()).toEqual(expected);
  }
}

/** What is raised by a sale whose approval is void. */
export function isVoid(sequence: number, { by = 'mia', tillNumber = 1 } = {}): string[] {
  const entry = `${String(tillNumber).padStart(4, '0')}-${String(sequence).padStart(9, '0')}`;
  return [`${entry} approval-void change-price ${by}`, `${entry} right-lacking change-price 1`];
}
