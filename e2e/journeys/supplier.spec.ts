import { expectAccessible } from './accessible.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

const password = 'a mill by the river';

/** Light and dark, on the desk's own page. */
async function expectAccessibleInBoth(desk: Tablet, screen: string): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await desk.page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    await expectAccessible(desk, `${screen}, ${theme}`);
  }
}

/** The owner puts a supplier on the list and lets a person in; answers the link that the person is handed. */
async function letIn(owner: Tablet, supplier: string, person: string): Promise<string> {
  await signInAtDesk(owner, asOwner);
  await owner.open('/manage/suppliers');
  await expect(owner.byId('supplier-row').first()).toBeVisible();
  await owner.byId('supplier-add').click();
  await owner.byId('supplier-name').fill(supplier);
  await owner.byId('supplier-gln').fill('4000001000006');
  await owner.byId('supplier-save').click();
  await expect(owner.byId('supplier-gln')).toHaveAttribute('aria-invalid', 'true');
  await owner.byId('supplier-gln').fill('');
  await owner.byId('supplier-save').click();
  const row = owner.byId('supplier-row').filter({ hasText: supplier });
  await expect(row).toBeVisible();
  await expectAccessibleInBoth(owner, 'suppliers');
  await row.getByTestId('supplier-invite').click();
  await owner.byId('person-name').fill(person);
  await expect(owner.byId('grant-role')).toHaveValue('supplier-admin');
  await owner.byId('person-submit').click();
  await expect(owner.byId('grant-row')).toContainText(supplier);
  await owner.byId('invite').click();
  await owner.byId('invite-submit').click();
  return new URL((await owner.byId('invite-link').textContent())?.trim() ?? '').hash;
}

/** The supplier's person makes a key for a system of theirs, which is shown once. */
async function makeKey(desk: Tablet): Promise<string> {
  await desk.byId('key-make').click();
  await desk.byId('key-name').fill('Dispatch desk');
  await desk.byId('right-read-supplies').check();
  await expectAccessibleInBoth(desk, 'a key to be made');
  await desk.byId('key-submit').click();
  const key = (await desk.byId('new-key').textContent())?.trim() ?? '';
  await expectAccessibleInBoth(desk, 'a key shown once');
  await desk.page.keyboard.press('Escape');
  await expect(desk.byId('new-key')).toBeHidden();
  await expect(desk.byId('key-row')).toContainText('Dispatch desk');
  await desk.byId('key-rotate').click();
  await expectAccessibleInBoth(desk, 'a key to be rotated');
  await desk.byId('rotate-now').click();
  await expect(desk.byId('new-key')).not.toHaveText(key);
  const next = (await desk.byId('new-key').textContent())?.trim() ?? '';
  await desk.page.keyboard.press('Escape');
  await expect(desk.byId('new-key')).toBeHidden();
  return next;
}

/** The supplier's person adds an address for messages; one that leads into the shop's own network is refused. */
async function addWebhook(desk: Tablet): Promise<void> {
  await desk.byId('webhook-make').click();
  await desk.byId('webhook-url').fill('https://10.0.0.7/hook');
  await desk.byId('webhook-submit').click();
  await expect(desk.byId('webhook-error')).toBeVisible();
  await expectAccessibleInBoth(desk, 'an address that cannot be used');
  await desk.byId('webhook-url').fill('https://hooks.invalid/onecode');
  await desk.byId('webhook-submit').click();
  await expect(desk.byId('webhook-secret')).toHaveText(/^whsec_/);
  await desk.page.keyboard.press('Escape');
  await expect(desk.byId('webhook-secret')).toBeHidden();
  await desk.byId('webhook-test').click();
  await desk.byId('webhook-open').click();
  await expect(desk.byId('webhook-message')).toHaveCount(1);
  await expect(desk.byId('webhook-message')).toHaveAttribute('data-outcome', 'waiting');
  await expectAccessibleInBoth(desk, 'what was sent to an address');
  await desk.byId('webhook-end').click();
  await desk.byId('webhook-end-dialog-confirm').click();
  await expect(desk.byId('webhook-row')).toHaveCount(0);
}

/** What another system is answered by that key. */
async function keyedSupplies(baseUrl: string, desk: Tablet, key: string): Promise<() => Promise<number>> {
  const session = await desk.page.evaluate(async () => (await fetch('/api/session')).json());
  const { supplierId } = (session as { suppliers: { supplierId: string }[] }).suppliers[0] ?? { supplierId: '' };
  return async () => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${baseUrl}/api/supplies/${supplierId}`, { headers })).status;
  };
}

/** The supplier's person takes the link, and finds the portal and nothing else. */
async function comeIn(desk: Tablet, hash: string, supplier: string, username: string): Promise<void> {
  await desk.open(`/invite${hash}`);
  await expect(desk.byId('invite-roles')).toContainText(supplier);
  await desk.byId('invite-username').fill(username);
  await desk.byId('invite-password').fill(password);
  await desk.byId('invite-submit').click();
  await expect(desk.byId('supplier-own-name')).toHaveText(supplier);
  await expect(desk.byId('deliveries-empty')).toBeVisible();
  await expect(desk.byId('supplier-person')).toHaveCount(1);
  // The back office is not theirs.
  await desk.open('/manage/deliveries');
  await expect(desk.byId('supplier-own-name')).toHaveText(supplier);
}

/** The buyer drafts an order for one SKU and sends it. */
async function orderFrom(buyer: Tablet, supplier: string, skuId: string, quantity: string): Promise<void> {
  await buyer.open('/manage/orders');
  await buyer.byId('manage-store').selectOption({ label: 'Larch & Lantern Camden' });
  await buyer.byId('order-new').click();
  await buyer.byId('order-supplier').selectOption({ label: supplier });
  await buyer.byId('order-goods').fill(skuId);
  await buyer.byId('order-goods-pick').first().click();
  await buyer.byId('order-line-quantity').fill(quantity);
  await buyer.byId('order-save').click();
  // The cost is missing, and it is said where.
  await expect(buyer.byId('order-line-cost')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessibleInBoth(buyer, 'a new order');
  await buyer.byId('order-line-cost').fill('0,95');
  await buyer.byId('order-save').click();
  await buyer.byId('order-do-ordered').click();
  await buyer.byId('order-step-note').fill('For the window');
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'ordered');
}

/** The supplier has less than what was ordered, and says so. */
async function proposeLess(desk: Tablet, quantity: string): Promise<void> {
  await desk.byId('supplier-nav').first().click();
  await desk.byId('order-row').click();
  await expect(desk.byId('order-said')).toContainText('For the window');
  await desk.byId('order-do-proposed').click();
  await desk.byId('order-line-quantity').fill(quantity);
  await desk.byId('order-lines-send').click();
  await expect(desk.byId('order')).toHaveAttribute('data-phase', 'proposed');
  await expectAccessibleInBoth(desk, 'a proposal');
}

/** The buyer sees what the supplier proposes, without asking, and accepts it. */
async function acceptProposal(buyer: Tablet, quantity: string): Promise<void> {
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'proposed');
  await expect(buyer.byId('order-lines')).toContainText(quantity);
  await expectAccessibleInBoth(buyer, 'a proposal to be answered');
  await buyer.byId('order-do-accepted').click();
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'confirmed');
}

/** What came, and what did not and is awaited no more. */
async function closeOrder(buyer: Tablet, received: string, missing: string): Promise<void> {
  await expect(buyer.byId('order-received')).toHaveText(received);
  await expect(buyer.byId('order-missing')).toHaveText(missing);
  await buyer.byId('order-do-closed').click();
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'closed');
}

test('a supplier is added, its person let in, who answers an order, announces its delivery, makes a key, sees it received, and is out when it ends', async ({
  tablet,
  manager,
  demo,
  server,
}) => {
  const mark = String(Date.now());
  const [supplier, reference] = [`Rivermill ${mark}`, `RM-${mark}`];
  const owner = await tablet();
  const hash = await letIn(owner, supplier, `Petra ${mark}`);

  const desk = await tablet();
  await comeIn(desk, hash, supplier, `petra-${mark}`);
  await orderFrom(owner, supplier, demo.lemonade.skuId, '4');
  await proposeLess(desk, '3');
  await acceptProposal(owner, '3');
  await expectAccessibleInBoth(desk, 'an order proposed to be less');

  await desk.byId('order-announce').click();
  await desk.byId('announce-reference').fill(reference);
  await expect(desk.byId('announce-summary')).toContainText('3');
  await desk.byId('announce-submit').click();
  await expect(desk.byId('order-way')).toHaveText('3');
  await desk.open('/supplier');
  const card = desk.byId('delivery-row').filter({ hasText: reference });
  await expect(card).toHaveAttribute('data-state', 'awaited');
  await expectAccessibleInBoth(desk, "a supplier's deliveries");
  const key = await makeKey(desk);
  const supplies = await keyedSupplies(server.baseUrl, desk, key);
  expect(await supplies()).toBe(200);
  await addWebhook(desk);

  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.byId('stock-tile-receive').click();
  const awaited = till.byId('delivery-card').filter({ hasText: supplier });
  await awaited.click();
  await till.scan(demo.lemonade.gtin13);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.byId('receive-received')).toHaveAttribute('data-count', '2');
  await till.byId('receive-close').click();
  await till.byId('close-confirm').click();
  await till.waitForWaiting(0);

  await expect(card).toHaveCount(0);
  await desk.byId('deliveries-closed').locator('..').click();
  await card.click();
  await expect(desk.byId('note-received')).toHaveText('2');
  await expect(desk.byId('note-short')).toHaveText('1');
  await expect(desk.byId('note-differing')).toContainText(demo.lemonade.names.en);
  await expect(desk.page.locator('main')).not.toContainText('Imogen');
  await expectAccessibleInBoth(desk, "a supplier's note");
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);

  await closeOrder(owner, '2', '1');
  await owner.open('/manage/suppliers');
  await owner.byId('suppliers-query').fill(supplier);
  await owner.byId('supplier-row').filter({ hasText: supplier }).getByTestId('supplier-end').click();
  await owner.byId('supplier-end-dialog-confirm').click();
  await expect(owner.byId('suppliers-empty')).toBeVisible();
  // Online, the next question finds the door shut.
  await expect(desk.byId('manage-submit')).toBeVisible();
  expect(await supplies()).toBe(401);
});
