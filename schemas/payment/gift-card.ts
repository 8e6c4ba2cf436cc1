import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { text } from '../text.ts';

/**
 * How money comes onto a gift card (SPEC.md GC1): a number is made on the spot and stands on the ticket's slip; a number that is
 * printed on a card counts from now on; or a card that counts already gets more.
 */
export const giftCardWays = ['slip', 'card', 'top-up'] as const;
export type GiftCardWay = (typeof giftCardWays)[number];

/** A gift card on a ticket: no goods, no turnover and no tax. Negative: an unused card is given back as it was sold. */
export const giftCardSaleSchema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  /** As it is kept: capitals, without spaces and hyphens. */
  code: text(64),
  how: z.enum(giftCardWays),
  /** As the customer saw it. */
  name: text(200),
  amountMinor: minorSchema.refine((amountMinor) => amountMinor !== 0, 'nothing is put on it'),
});
export type GiftCardSale = z.infer<typeof giftCardSaleSchema>;

/** Whether the number counts from this on, and did not before. */
export function isActivation(how: GiftCardWay): boolean {
  return how !== 'top-up';
}

/** What a ticket puts on gift cards, less what it takes back. */
export function giftCardsMinorOf({ giftCards }: { giftCards?: readonly GiftCardSale[] | undefined }): number {
  return (giftCards ?? []).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** What one card may hold where the store has set nothing, in minor units: far more than a present, far less than a slip of the keys. */
export const mostOnCardMinor = 1_000_000;

/** Why so much cannot be put on a card (GC4): nothing or less, or it would hold more than the store allows. */
export type GiftCardAmountFault = 'no-amount' | 'above-limit';

/** `balanceMinor`: what is on it, 0 for a new one; `mostHeldMinor`: the store's limit, null where it has set none. */
export function giftCardAmountFault(
  amountMinor: number,
  balanceMinor: number,
  mostHeldMinor: number | null,
): GiftCardAmountFault | null {
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1) return 'no-amount';
  return Math.max(0, balanceMinor) + amountMinor > (mostHeldMinor ?? mostOnCardMinor) ? 'above-limit' : null;
}
