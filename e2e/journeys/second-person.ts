import { expect } from '@playwright/test';
import type { Demo } from './demo-goods.ts';
import type { Manager } from './manager.ts';
import type { Tablet } from './tablet.ts';

/** Types another price for a line and a reason; asks for a second person where the operator may not alone. */
export async function changePrice(till: Tablet, skuId: string, minorText: string, reason: string): Promise<void> {
  await till.line(skuId).getByTestId('line-change-price').click();
  await expect(till.byId('price-dialog')).toBeVisible();
  for (const digit of minorText) await till.byId(`price-key-${digit}`).click();
  await till.byId(`price-reason-${reason}`).check({ force: true });
  await till.byId('price-ok').click();
  await expect(till.byId('price-dialog')).toBeHidden();
}

/** A second person says yes on the spot. */
export async function approveByPin(till: Tablet, person: { operatorId: string; pin: string }): Promise<void> {
  await till.byId(`approver-${person.operatorId}`).click();
  for (const digit of person.pin) await till.byId(`pin-${digit}`).click();
  await till.byId('pin-submit').click();
  await expect(till.byId('approval-dialog')).toBeHidden();
}

/** Pays exactly for what takes the yes of a second person. Answers the receipt's number. */
export async function payWithYes(till: Tablet, person: { operatorId: string; pin: string }): Promise<string> {
  await till.byId('pay-button').click();
  await approveByPin(till, person);
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  return (await till.byId('receipt-number').textContent())?.trim() ?? '';
}

/** A manager at a screen of their own. */
export async function signInAtDesk(desk: Tablet, who: { username: string; password: string }): Promise<void> {
  await desk.open('/manage');
  await desk.byId('manage-name').fill(who.username);
  await desk.byId('manage-password').fill(who.password);
  await desk.byId('manage-submit').click();
  await expect(desk.byId('manage-sign-out')).toBeVisible();
}

/** Another screen, at which this person is signed in. */
export async function deskOf(
  tablet: () => Promise<Tablet>,
  who: { username: string; password: string },
): Promise<Tablet> {
  const desk = await tablet();
  await signInAtDesk(desk, who);
  return desk;
}

/** A till that sold one piece, of which the server knows. */
export async function tillThatSold(tablet: () => Promise<Tablet>, manager: Manager, demo: Demo): Promise<Tablet> {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await till.waitForWaiting(0);
  return till;
}

/** The demo's supplier at its portal; answers what it is called. */
export async function signInAsSupplier(desk: Tablet): Promise<string> {
  await desk.open('/supplier');
  await desk.byId('manage-name').fill('maren');
  await desk.byId('manage-password').fill('lantern-supplier');
  await desk.byId('manage-submit').click();
  await expect(desk.byId('supplier-own-name')).toBeVisible();
  return (await desk.byId('supplier-own-name').textContent())?.trim() ?? '';
}
