import { beforeEach, expect, test } from 'vitest';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';

const memberId = '0b8e7cb2-6f0e-4f0e-8d57-5cbd2f6f1a01';
let till: FakeTill;

/** A campaign's offer: so much off any ticket. */
function offer(campaignId: string, amountMinor: number): void {
  till.promotions.push({
    ...{ kind: 'ticket-discount', promotionId: campaignId, names: { en: campaignId }, spendMinor: 1, priority: 0 },
    ...{ currency: till.config()?.currency ?? '', target: { kind: 'all', except: null }, combination: 'stacking' },
    off: { kind: 'amount', amountMinor, everySpend: false },
    limits: { perTicket: 1, perMember: null },
    conditions: {
      ...{ channels: null, storeIds: null, members: { kind: 'anyone' }, weekdays: null, timeWindows: null },
      ...{ couponIds: [`${campaignId}/`], validFromMs: null, validUntilMs: null },
    },
  });
}

async function selling(isShown = true): Promise<App> {
  const app = await startFakeApp(till);
  await app.session.signIn('bob', '1234');
  await sell(app, isShown);
  return app;
}
async function sell(app: App, isShown = true): Promise<void> {
  await app.scanner.read('TEA');
  app.members.choose({ memberId, tier: '' }, isShown);
  await expect.poll(() => app.members.known?.memberId).toBe(memberId);
}
const offered = (app: App) => app.members.offers.offers.map(({ couponId, savingMinor }) => [couponId, savingMinor]);

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 3_000));
  offer('small', 100);
  offer('large', 500);
  const untilMs = till.nowMs() + 1_000_000;
  const coupons = ['small/1', 'large/1', 'nothing/1'].map((couponId) => ({ couponId, untilMs }));
  till.members.rows.push({ memberId, name: 'Ann', phone: null, code: 'C1', tier: '', coupons });
  till.setStatus({ online: false });
});

test('[CP7] without a line, what saves most comes first; taken by one tap, the rest are reckoned on top of it; used it is gone', async () => {
  const app = await selling();
  await expect
    .poll(() => offered(app))
    .toEqual([
      ['large/1', 500],
      ['small/1', 100],
    ]);
  expect(app.members.offers.take('large/1')).toBe(true);
  expect(app.pricing.quote?.dueMinor).toBe(2_500);
  expect(offered(app)).toEqual([['small/1', 100]]);
  app.payment.open();
  app.payment.tender(app.payment.dueMinor);
  await app.finishSale();
  const body = retailTransactionSchema.parse(till.committed.at(-1)?.body);
  expect(body.promotions).toMatchObject([{ promotionId: 'large', couponId: 'large/1', couponUses: 1 }]);
  // The server does not know yet: this till does.
  await sell(app);
  await expect.poll(() => offered(app)).toEqual([['small/1', 100]]);
});

test('[MB4] [CP7] who only said a number has their coupons told and not taken', async () => {
  const app = await selling(false);
  await expect.poll(() => offered(app).length).toBe(2);
  app.session.may = () => false;
  expect(app.members.offers.isLocked).toBe(true);
  expect(app.members.offers.take('large/1')).toBe(false);
  expect(app.basket.couponIds).toEqual([]);
});
