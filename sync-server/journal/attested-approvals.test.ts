import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Approval } from '#schemas/policy/approval.ts';
import { ApprovalRequests } from '../approvals/approval-requests.ts';
import { newUuid } from '../random-uuid.ts';
import { post } from './derived-rows.ts';
import { isVoid, TestApprovals } from './test-approvals.ts';
import { goods, received } from './test-goods.ts';
import { makeTill } from './test-journal.ts';

let shop: TestApprovals;
let requests: ApprovalRequests;

beforeAll(async () => {
  shop = await TestApprovals.open();
  requests = new ApprovalRequests(shop.context);
});
afterAll(() => shop.close());
beforeEach(() => shop.nextStore());

/** A request on the managers' screens, and what becomes of it. */
async function asked(
  decision: 'approved' | 'denied' | null,
  { from = shop.till, right = 'change-price' as const } = {},
) {
  const requestId = newUuid(shop.context);
  const author = { ...from, merchantId: shop.merchantId, storeId: shop.storeId };
  await requests.ask(author, { requestId, operatorId: 'cleo', right, reason: '', detail: [] });
  if (decision !== null) await decide(requestId, decision);
  return requestId;
}
async function decide(requestId: string, decision: 'approved' | 'denied' = 'approved') {
  const audit = { actorType: 'person', actorId: 'mia', address: 'x', userAgent: 'x' } as const;
  const decided = await requests.decide(
    { storeId: shop.storeId, merchantId: shop.merchantId },
    requestId,
    { operatorId: 'mia', may: () => true, audit },
    decision,
  );
  expect(decided.ok).toBe(true);
}

const approvalBy = (operatorId: string, requestId?: string, right = 'change-price'): Approval => ({
  ...{ right, operatorId, method: 'remote', reason: '', approvedAtMs: shop.nowMs, staffListAgeMs: 0 },
  ...(requestId !== undefined && { requestId }),
});
describe('[A1] an approval from a manager’s screen', () => {
  test('that was given counts, and is kept as long as the entry that names it', async () => {
    const requestId = await asked('approved');
    shop.nowMs += 400 * 86_400_000;
    await asked(null);
    await post(shop.context, shop.till, [await shop.sale(approvalBy('mia', requestId))]);
    await shop.expectFaults([]);
  });

  test.each<[string, () => Promise<Approval>]>([
    ['names no request', async () => approvalBy('mia')],
    ['names one that never was', async () => approvalBy('mia', newUuid(shop.context))],
    ['was denied', async () => approvalBy('mia', await asked('denied'))],
    ['was not answered', async () => approvalBy('mia', await asked(null))],
    ['was for another right', async () => approvalBy('mia', await asked('approved', { right: 'take-back' as never }))],
  ])('that a till made up (%s) is void', async (_what, approval) => {
    await post(shop.context, shop.till, [await shop.sale(await approval())]);
    await shop.expectFaults(isVoid(1));
  });

  test('that somebody else gave, or another till got, is void', async () => {
    const requestId = await asked('approved');
    await post(shop.context, shop.till, [await shop.sale(approvalBy('max', requestId))]);
    const other = await makeTill(shop.context, shop.storeId, 2);
    await post(shop.context, other, [await shop.sale(approvalBy('mia', requestId), other)]);
    await shop.expectFaults([
      '0001-000000001 approval-void change-price max',
      '0001-000000001 right-lacking change-price 1',
      ...isVoid(1, { tillNumber: 2 }),
    ]);
  });

  test('that is given after the entry came does not make it good, whatever the clocks say [P2]', async () => {
    const requestId = await asked(null);
    await post(shop.context, shop.till, [await shop.sale(approvalBy('mia', requestId))]);
    shop.nowMs -= 60_000;
    await decide(requestId);
    await shop.expectFaults(isVoid(1));
  });

  test('is good for one sale: the next that names it, in the same batch or later, has none', async () => {
    const requestId = await asked('approved');
    await post(shop.context, shop.till, [
      await shop.sale(approvalBy('mia', requestId)),
      await shop.sale(approvalBy('mia', requestId)),
    ]);
    await post(shop.context, shop.till, [await shop.sale(approvalBy('mia', requestId))]);
    await shop.expectFaults([...isVoid(2), ...isVoid(3)]);
  });

  test('of receiving is good for each portion of it', async () => {
    const requestId = await asked('approved', { right: 'receive-goods' as never });
    const approvals = [approvalBy('mia', requestId, 'receive-goods')];
    const portion = () =>
      shop.till.next('goods-received', { ...received([goods('tea', 1)]), approvals }, { operatorId: 'cleo' });
    await post(shop.context, shop.till, [await portion(), await portion()]);
    await shop.expectFaults([]);
  });

  test('in an entry of before they were checked is believed, and goes on to be [P2]', async () => {
    await shop.context.database.pool.query('update store_counter set approvals_from_seq = 1 where store_id = $1', [
      shop.storeId,
    ]);
    await post(shop.context, shop.till, [await shop.sale(approvalBy('mia')), await shop.sale(approvalBy('mia'))]);
    await shop.expectFaults(isVoid(2));
  });
});
