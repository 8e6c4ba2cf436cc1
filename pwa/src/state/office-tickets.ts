import { unitLifeSchema } from '#schemas/api/units.ts';
import { office } from './office.svelte.ts';

/**
 * The receipts that an exception is about: its own, and the earlier sale of the same unit where there was one, which comes
 * first. `subject`: the exception's, `<gtin14>.<serial>` where it is about a unit; of a receipt it is its number, and the detail
 * may name the entry that was before.
 */
export async function ticketsOf(entryId: string, subject: string, detail: string): Promise<string[]> {
  const receiptId = /^\d{4}-\d{9}(?= |$)/.exec(subject)?.[0];
  if (receiptId !== undefined) {
    const before = /^\d{4}-\d{9}$/.test(detail) ? detail : receiptId;
    return before === entryId ? [entryId] : [before, entryId];
  }
  // A credit, a coupon, a payment: the entry that used it before.
  if (/^\d{4}-\d{9}$/.test(detail)) return detail === entryId ? [entryId] : [detail, entryId];
  const [, gtin14, serial] = /^(\d{14})\.(.+)$/.exec(subject) ?? [];
  if (gtin14 === undefined || serial === undefined) return [entryId];
  const life = await office.ask(`units/${gtin14}/${encodeURIComponent(serial)}`, unitLifeSchema);
  const steps = life.ok ? life.value.steps : [];
  const sales = steps.filter(({ type, storeId }) => type === 'sold' && storeId === office.store?.storeId);
  const at = sales.findIndex((step) => step.entryId === entryId);
  const before = sales[at - 1];
  return before === undefined || before.entryId === entryId ? [entryId] : [before.entryId, entryId];
}
