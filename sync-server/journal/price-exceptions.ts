import { partOf } from '#schemas/parking/promise.ts';
import { unfoundedPrices } from '#schemas/pricing/founded-prices.ts';
import { unfoundedPromotions } from '#schemas/pricing/founded-promotions.ts';
import { priceFaultDetail } from '#schemas/pricing/price-exceptions.ts';
import type { PriceHistory } from '#schemas/pricing/price-history.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { PlacedEntry } from './attested-approvals.ts';
import type { Exception } from './exceptions.ts';

/**
 * A ticket at prices, or with promotions, that no till of the store can have been told when it was made: posted all the same, and
 * said with both numbers. Judged at when it happened and not later than when it was recorded, as rights are; by what had been told up
 * to the revision that the chain had when it was recorded, so posting again finds the same (P1, P2). A post-void takes back what was
 * judged already.
 */
export function priceExceptions(entry: PlacedEntry, recordedAtMs: number, history: PriceHistory): Exception[] {
  const { entryId, meaning, occurredAtMs } = entry;
  if (!meaning.postable || meaning.fact.kind !== 'retail-transaction' || meaning.fact.body.voids !== null) return [];
  const { body } = meaning.fact;
  const atMs = Math.max(0, Math.min(occurredAtMs, recordedAtMs));
  const faultsAt = (ticket: RetailTransaction, whenMs: number) => [
    ...unfoundedPrices(ticket, history, whenMs),
    ...unfoundedPromotions(ticket, history, whenMs),
  ];
  const { promise } = body;
  // What a quote promised is judged by the prices of then (PK13).
  const faults =
    promise === undefined
      ? faultsAt(body, atMs)
      : [...faultsAt(partOf(body, false), atMs), ...faultsAt(partOf(body, true), Math.min(promise.quotedAtMs, atMs))];
  return faults.map((fault) => ({
    code: fault.code,
    entryId,
    subject: fault.subject,
    detail: priceFaultDetail(fault),
  }));
}
