import { memberDetailSchema } from '#schemas/api/members.ts';
import { transactionDetailSchema } from '#schemas/api/transactions.ts';
import { expectAccessible } from './accessible.ts';
import type { Demo } from './demo-goods.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

/** Sold for less to members of silver and gold. */
const cheaper = { skuId: 'DRI-107-750', memberMinor: 295 };
/** Of the demo: a gold member from before the journal. */
const gold = { memberId: 'm-1001' };

async function openMembers(till: Tablet, isThere: 'member-search' | 'member-card' = 'member-search'): Promise<void> {
  await till.byId('member-button').click();
  await expect(till.byId(isThere)).toBeVisible();
}

/** Keys to enrol with come a few seconds after the start, without a sign of it on the screen. */
async function waitForKeys(till: Tablet): Promise<void> {
  const keys = () =>
    till.page.evaluate(async () => {
      const names = (await indexedDB.databases()).flatMap(({ name = '' }) =>
        name.includes('-members-') ? [name] : [],
      );
      const [name] = names;
      if (name === undefined) return 0;
      return new Promise<number>((resolve) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => {
          const database = opening.result;
          if (!database.objectStoreNames.contains('keys')) return resolve(0);
          const counting = database.transaction('keys').objectStore('keys').count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result);
          };
        };
        opening.onerror = () => resolve(0);
      });
    });
  await expect.poll(keys, { timeout: 60_000 }).toBeGreaterThan(0);
}

/** In ten seconds: the number, a yes, and the code is there. */
async function enrol(till: Tablet, phone: string): Promise<{ code: string; memberId: string }> {
  await openMembers(till);
  await till.byId('member-search').fill(phone);
  await expect(till.byId('member-none')).toBeVisible();
  await expectAccessible(till, 'nobody is found');
  await till.byId('member-enrol').click();
  await expect(till.byId('enrol-phone')).toHaveValue(phone);
  await till.byId('enrol-name').fill('🌸 Ottilie');
  await till.byId('enrol-now').click();
  await expect(till.byId('enrol-trouble')).toHaveAttribute('data-code', 'not-agreed');
  await expectAccessible(till, 'enrolling');
  await agree(till);
  await expect(till.byId('enrol-done')).toBeVisible();
  const code = (await till.byId('enrol-code').textContent())?.replaceAll(' ', '') ?? '';
  const memberId = (await till.byId('enrol-done').getAttribute('data-member')) ?? '';
  await expectAccessible(till, 'the code of a new member');
  await till.byId('enrol-close').click();
  await expect(till.byId('member-name')).toContainText('Ottilie');
  return { code, memberId };
}

async function agree(till: Tablet): Promise<void> {
  await till.page.locator('[data-testid="enrol-consent"][data-purpose="membership"]').check();
  await till.byId('enrol-now').click();
}

/** The one who has this number is offered, and taken. */
async function enrolAgain(till: Tablet, phone: string, memberId: string): Promise<void> {
  await openMembers(till);
  await till.byId('member-enrol').click();
  await till.byId('enrol-phone').fill(phone);
  await agree(till);
  await till.byId('enrol-take-same').click();
  await expect(till.byId('member-bar')).toHaveAttribute('data-member', memberId);
  await till.byId('member-take-off').click();
}

/** By the end of the number, masked. */
async function chooseByTail(till: Tablet, tail: string): Promise<void> {
  await openMembers(till);
  await expect(async () => {
    await till.byId('member-search').fill('');
    await till.byId('member-search').fill(tail);
    await expect(till.byId('member-result')).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await expect(till.byId('member-result')).not.toContainText('Ottilie');
  await expectAccessible(till, 'a member is found, dark');
  await till.byId('member-result').click();
}

async function put(till: Tablet, demo: Demo): Promise<void> {
  await till.scan(demo.sku(cheaper.skuId).gtin13);
  await expect(till.line(cheaper.skuId)).toBeVisible();
}

test('[MB7] [MB11] enrolled offline at one till, found and sold to at another, merged meanwhile: the card leads to who goes on', async ({
  tablet,
  manager,
  demo,
}) => {
  const [first, second] = [await tablet(), await tablet({ colorScheme: 'dark' })];
  for (const till of [first, second]) await till.pairAndSignIn(manager, demo.clerk);
  await waitForKeys(first);
  await first.goOffline();
  await first.waitForOnline(false);
  const phone = `07700 95${String(Date.now()).slice(-4)}`;
  const { code, memberId } = await enrol(first, phone);
  await put(first, demo);
  await first.payExactly();
  await expect(first.byId('receipt-member')).toContainText(memberId.slice(-4).toUpperCase());
  await expect(first.byId('receipt')).not.toContainText('Ottilie');
  await first.nextCustomer();
  await enrolAgain(first, phone, memberId);
  await first.goOnline();
  await first.waitForWaiting(0);

  // The other till is cut off with the member in its basket, and the office merges them with who has been there longer.
  await chooseByTail(second, phone.slice(-6));
  await put(second, demo);
  const normalMinor = await second.totalMinor();
  expect(normalMinor).toBeGreaterThan(cheaper.memberMinor);
  await second.goOffline();
  await second.waitForOnline(false);
  await manager.post(`members/${memberId}/merge`, { otherId: gold.memberId, note: 'says so herself' });
  await second.payExactly();
  await second.nextCustomer();
  await second.goOnline();
  await second.waitForWaiting(0);

  // Her card leads to who goes on, who is gold: one scan, and the price is a member's.
  await put(second, demo);
  await second.expectTotal(normalMinor);
  await expect(async () => {
    await second.scan(code);
    await expect(second.byId('member-bar')).toHaveAttribute('data-member', gold.memberId, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await second.expectTotal(cheaper.memberMinor);
  const number = await second.payExactly();
  await second.nextCustomer();
  await second.waitForWaiting(0);
  const sold = transactionDetailSchema.parse(await manager.read(`transactions/${number}`));
  expect(sold).toMatchObject({ totalMinor: cheaper.memberMinor, memberId: gold.memberId });

  // All that both cards bought is one person's, by the server; one tap brings a purchase back.
  await second.scan(code);
  await openMembers(second, 'member-card');
  await expect(second.byId('member-purchase')).toHaveCount(3, { timeout: 20_000 });
  await expectAccessible(second, 'a member and their purchases, dark');
  await second.page.locator(`[data-testid="member-purchase"][data-entry="${number}"]`).click();
  await expect(second.byId('return-dialog')).toContainText(demo.sku(cheaper.skuId).names.en);
  const detail = memberDetailSchema.parse(await manager.read(`members/${memberId}`));
  expect(detail).toMatchObject({ memberId: gold.memberId, memberIds: [gold.memberId, memberId].sort() });
});
