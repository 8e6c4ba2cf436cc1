import { type RetailTransaction, shelfMinorOf } from '../transaction/retail-transaction.ts';
import { timesOpen } from './conditions.ts';
import { isByLabel } from './founded-prices.ts';
import { localTimeAt } from './local-time.ts';
import type { PromotableLine } from './pools.ts';
import type { PriceFault } from './price-exceptions.ts';
import { behindMs, heldMs, type PriceHistory, toldAt, toldMoments } from './price-history.ts';
import { promote } from './promote.ts';
import type { PromotionContext } from './promotion.ts';

type Ticket = Pick<RetailTransaction, 'lines' | 'promotions' | 'channel' | 'memberTier' | 'currency'>;

const stepMs = 5 * 60_000;

/**
 * Promotions of a ticket that did not hold in the store then, or not without the coupon that the ticket does not name; and what
 * the others gave beyond what they give by the one function that prices tickets [M2]. How often a member has had one is not
 * counted here. Pure.
 */
export function unfoundedPromotions(ticket: Ticket, history: PriceHistory, atMs: number): PriceFault[] {
  const { promotions, currency } = ticket;
  if (promotions.length === 0) return [];
  const contexts = contextsOf(ticket, history, atMs);
  const faults: PriceFault[] = [];
  const founded: string[] = [];
  for (const { promotionId, couponId, discountMinor, name } of promotions) {
    const told = history.promotion(promotionId);
    const offered = toldMoments([told], atMs).flatMap((momentMs) => toldAt(told, momentMs)?.row ?? []);
    const couponIds = couponId === null ? [] : [couponId];
    if (contexts.some((context) => offered.some((one) => timesOpen(one, { ...context, couponIds }) > 0))) {
      founded.push(promotionId);
      continue;
    }
    const said = { saidMinor: discountMinor, holdsMinor: null, currency, name };
    faults.push({ code: 'promotion-unfounded', subject: promotionId, ...said });
  }
  const beyond = giftBeyond(ticket, history, founded, contexts, atMs);
  return beyond === null ? faults : [...faults, beyond];
}

/** The latest first: by the ticket's own time, and then by all that a slow customer and a till's clock are granted. */
function contextsOf(ticket: Ticket, { storeId, timeZone }: PriceHistory, atMs: number): PromotionContext[] {
  const { channel, memberTier, currency } = ticket;
  const couponIds = ticket.promotions.flatMap(({ couponId }) => couponId ?? []).slice(0, 100);
  const offsets = Array.from({ length: (heldMs + behindMs) / stepMs + 1 }, (_, step) => behindMs - step * stepMs);
  return [0, ...offsets.filter((offsetMs) => offsetMs !== 0)].map((offsetMs) => {
    const whenMs = Math.max(0, atMs + offsetMs);
    const local = localTimeAt(whenMs, timeZone);
    return { channel, storeId, currency, memberTier, couponIds, atMs: whenMs, ...local, usedByMember: {} };
  });
}

/** What the founded promotions gave together beyond the most that they give on these lines; null when it is nothing. */
function giftBeyond(
  ticket: Ticket,
  history: PriceHistory,
  founded: readonly string[],
  contexts: readonly PromotionContext[],
  atMs: number,
): PriceFault | null {
  const given = ticket.promotions.filter(({ promotionId }) => founded.includes(promotionId));
  const lines = promotableLines(ticket, history);
  const [first] = given;
  if (first === undefined || lines === null) return null;
  const saidMinor = given.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
  const histories = founded.map((promotionId) => history.promotion(promotionId));
  let mostMinor = 0;
  for (const momentMs of toldMoments(histories, atMs)) {
    const inForce = histories.flatMap((told) => toldAt(told, momentMs)?.row ?? []);
    const compiled = history.compile(inForce);
    for (const context of contexts) {
      mostMinor = Math.max(mostMinor, promote(compiled, context, lines).discountMinor);
      if (mostMinor >= saidMinor) return null;
    }
  }
  const name = given.map((one) => one.name).join(', ');
  const { currency } = ticket;
  return { code: 'promotion-beyond', subject: first.promotionId, saidMinor, holdsMinor: mostMinor, currency, name };
}

/** The lines as promotions saw them; null when nobody was ever told what goods one of them is. */
function promotableLines({ lines }: Ticket, history: PriceHistory): PromotableLine[] | null {
  const promotable: PromotableLine[] = [];
  for (const line of lines) {
    const { lineNumber, skuId, quantity, grams, unitPriceMinor, priceOverride } = line;
    if (skuId === null || quantity < 0 || priceOverride !== null) continue;
    const told = history.sku(skuId);
    const row = told.findLast((one) => one.row !== null)?.row;
    if (!row) return null;
    const base = { lineNumber, skuId, categoryIds: row.categoryId === null ? [] : [row.categoryId], brand: row.brand };
    if (grams !== null) {
      const measured = { grams, perKiloMinor: unitPriceMinor };
      promotable.push({ ...base, pieces: 1, priceMinor: shelfMinorOf(line), measured });
    } else {
      const measured = isByLabel(line, told) ? ('labelled' as const) : null;
      promotable.push({ ...base, pieces: quantity, priceMinor: unitPriceMinor, measured });
    }
  }
  return promotable;
}
