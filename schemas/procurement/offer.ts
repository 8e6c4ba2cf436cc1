import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { key, text } from '../text.ts';

/** What a supplier offers under a number of its own. */
export const offerSchema = z.object({
  /** The supplier's own number of the article. */
  article: key(40),
  name: text(200, 1),
  gtin14: z
    .string()
    .regex(/^\d{14}$/)
    .nullable(),
  packSize: z.number().int().min(1).max(100_000),
  /** Of a piece, without tax. */
  unitCostMinor: minorSchema.min(0),
  currency: currencySchema,
});
export type Offer = z.infer<typeof offerSchema>;

export type OfferStep =
  | { step: 'offered'; offer: Offer }
  | { step: 'withdrawn' }
  | { step: 'taken'; skuId: string }
  | { step: 'declined'; note: string };

/** An article of a supplier's catalogue, as it stands. */
export type CatalogueArticle = {
  version: number;
  /** What the buyer has not answered. */
  offered: Offer | null;
  /** What the buyer took last, and orders by; null: nothing, or it is not offered any more. */
  taken: Offer | null;
  /** Which of the chain's goods it is. */
  skuId: string | null;
  /** Why the last offer was declined. */
  note: string;
};
export type OfferFault = { code: 'not-now' | 'nothing-new' };

const isSame = (a: Offer | null, b: Offer) =>
  a !== null &&
  a.name === b.name &&
  a.gtin14 === b.gtin14 &&
  a.packSize === b.packSize &&
  a.unitCostMinor === b.unitCostMinor &&
  a.currency === b.currency;

/** [CA1] [CA2] The article after a step; null before its first. What is not to be said now changes nothing. */
export function takeOfferStep(before: CatalogueArticle | null, step: OfferStep): Result<CatalogueArticle, OfferFault> {
  const { version = 0, offered = null, taken = null, skuId = null } = before ?? {};
  const next = { version: version + 1, offered: null, taken, skuId, note: '' };
  if (step.step === 'offered') {
    if (isSame(offered ?? taken, step.offer)) return fail({ code: 'nothing-new' });
    // Back to what was taken: there is nothing left to answer.
    return ok(isSame(taken, step.offer) ? next : { ...next, offered: step.offer });
  }
  if (step.step === 'withdrawn') {
    return offered === null && taken === null ? fail({ code: 'not-now' }) : ok({ ...next, taken: null });
  }
  if (offered === null) return fail({ code: 'not-now' });
  if (step.step === 'taken') return ok({ ...next, taken: offered, skuId: step.skuId });
  return ok({ ...next, note: step.note });
}
