import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Approval } from '#schemas/policy/approval.ts';
import type { BasketLine } from '#schemas/transaction/price-basket.ts';
import { ApprovalRequests } from '../approvals/approval-requests.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { newUuid } from '../random-uuid.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { goods, received } from './test-goods.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { giveRole } from './test-staff.ts';

let context: ServerContext & { close(): Promise<void> };
let drop: () => Promise<void>;
let requests: ApprovalRequests;
let nowMs = testNowMs;
let storeId: string;
let merchantId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = { ...openTestContext(made.url), nowMs: () => nowMs };
  requests = new ApprovalRequests(context);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  nowMs = testNowMs;
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  for (const [operatorId, role] of Object.entries({ cleo: 'clerk', mia: 'store-manager', max: 'store-manager' })) {
    await giveRole(context, storeId, operatorId, role);
    await context.database.pool.query(
      `insert into operator (merchant_id, operator_id, name, created_at_ms) values ($1, $2, $2, 0) on conflict do nothing`,
      [merchantId, operatorId],
    );
  }
});

/** A request on the managers' screens, and what becomes of it. */
async function asked(decision: 'approved' | 'denied' | null, { from = till, right = 'change-price' as const } = {}) {
  const requestId = newUuid(context);
  const author = { ...from, merchantId, storeId };
  await requests.ask(author, { requestId, operatorId: 'cleo', right, reason: '', detail: [] });
  if (decision !== null) await decide(requestId, decision);
  return requestId;
}
async function decide(requestId: string, decision: 'approved' | 'denied' = 'approved') {
  const audit = { actorType: 'person', actorId: 'mia', address: 'x', userAgent: 'x' } as const;
  const decided = await requests.decide(
    { storeId, merchantId },
    requestId,
    { operatorId: 'mia', may: () => true, audit },
    decision,
  );
  expect(decided.ok).toBe(true);
}

const approvalBy = (operatorId: string, requestId?: string, right = 'change-price'): Approval => ({
  ...{ right, operatorId, method: 'remote', reason: '', approvedAtMs: nowMs, staffListAgeMs: 0 },
  ...(requestId !== undefined && { requestId }),
});
const cheaper: BasketLine = {
  ...line('mug'),
  unitPriceMinor: 900,
  priceOverride: { listPriceMinor: 1_250, reason: 'x' },
};
const sale = (approval: Approval, from = till) =>
  from.next(
    'retail-transaction',
    { ...saleBody([cheaper]), approvals: [approval] },
    { operatorId: 'cleo', deviceAtMs: nowMs },
  );

async function faults(): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select entry_id || ' ' || code || ' ' || subject as text from exception where store_id = $1 order by 1`,
    [storeId],
  );
  return rows.map(({ text }) => text);
}
const isVoid = (number: number, tillNumber = 1) => {
  const entry = `${String(tillNumber).padStart(4, '0')}-${String(number).padStart(9, '0')}`;
  return [`${entry} approval-void change-price mia`, `${entry} right-lacking change-price 1`];
};
/** [P2] What was raised is raised again. */
async function expectFaults(expected: string[]): Promise<void> {
  expect(await faults()).toEqual(expected);
  const before = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(before);
  expect(await faults()).toEqual(expected);
}

describe('[A1] an approval from a manager’s screen', () => {
  test('that was given counts, and is kept as long as the entry that names it', async () => {
    const requestId = await asked('approved');
    nowMs += 400 * 86_400_000;
    await asked(null);
    await post(context, till, [await sale(approvalBy('mia', requestId))]);
    await expectFaults([]);
  });

  test.each<[string, () => Promise<Approval>]>([
    ['names no request', async () => approvalBy('mia')],
    ['names one that never was', async () => approvalBy('mia', newUuid(context))],
    ['was denied', async () => approvalBy('mia', await asked('denied'))],
    ['was not answered', async () => approvalBy('mia', await asked(null))],
    ['was for another right', async () => approvalBy('mia', await asked('approved', { right: 'take-back' as never }))],
  ])('that a till made up (%s) is void', async (_what, approval) => {
    await post(context, till, [await sale(await approval())]);
    await expectFaults(isVoid(1));
  });

  test('that somebody else gave, or another till got, is void', async () => {
    const requestId = await asked('approved');
    await post(context, till, [await sale(approvalBy('max', requestId))]);
    const other = await makeTill(context, storeId, 2);
    await post(context, other, [await sale(approvalBy('mia', requestId), other)]);
    await expectFaults([
      '0001-000000001 approval-void change-price max',
      '0001-000000001 right-lacking change-price 1',
      ...isVoid(1, 2),
    ]);
  });

  test('that is given after the entry came does not make it good, whatever the clocks say [P2]', async () => {
    const requestId = await asked(null);
    await post(context, till, [await sale(approvalBy('mia', requestId))]);
    nowMs -= 60_000;
    await decide(requestId);
    await expectFaults(isVoid(1));
  });

  test('is good for one sale: the next that names it, in the same batch or later, has none', async () => {
    const requestId = await asked('approved');
    await post(context, till, [await sale(approvalBy('mia', requestId)), await sale(approvalBy('mia', requestId))]);
    await post(context, till, [await sale(approvalBy('mia', requestId))]);
    await expectFaults([...isVoid(2), ...isVoid(3)]);
  });

  test('of receiving is good for each portion of it', async () => {
    const requestId = await asked('approved', { right: 'receive-goods' as never });
    const approvals = [approvalBy('mia', requestId, 'receive-goods')];
    const portion = () =>
      till.next('goods-received', { ...received([goods('tea', 1)]), approvals }, { operatorId: 'cleo' });
    await post(context, till, [await portion(), await portion()]);
    await expectFaults([]);
  });

  test('in an entry of before they were checked is believed, and goes on to be [P2]', async () => {
    await context.database.pool.query('update store_counter set approvals_from_seq = 1 where store_id = $1', [storeId]);
    await post(context, till, [await sale(approvalBy('mia')), await sale(approvalBy('mia'))]);
    await expectFaults(isVoid(2));
  });
});
