import { expect, test, vi } from 'vitest';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { followLatestSales } from './latest-sales.ts';

test('a sale that another till makes while the list is shown comes to stand on top; what is the same is not drawn again', async () => {
  const till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350));
  const app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
  const sell = async () => {
    await app.read('TEA');
    await app.pay();
    app.payment.tender(350);
    const entry = await app.finishSale();
    app.nextCustomer();
    till.clockMs += 1_000;
    return entry?._id ?? '';
  };
  const first = await sell();
  const told: string[][] = [];
  let again: () => void = () => undefined;
  const stop = followLatestSales(
    till,
    (sales) => told.push(sales.map(({ entry }) => entry._id)),
    (work) => {
      again = work;
      return () => undefined;
    },
  );
  await vi.waitFor(() => expect(told).toEqual([[first]]));
  const elsewhere = await sell();
  // It was made at the other till, and is pulled later.
  const entry = till.committed.pop();
  till.tellRows('stock');
  again();
  await vi.waitFor(() => expect(told).toHaveLength(1));
  if (entry) till.pulled.push(entry);
  again();
  await vi.waitFor(() => expect(told.at(-1)).toEqual([elsewhere, first]));
  const count = told.length;
  again();
  till.tellRows('stock');
  stop();
  await sell();
  again();
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).toHaveLength(count);
});
