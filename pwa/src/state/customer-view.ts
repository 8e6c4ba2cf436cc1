import { z } from 'zod';
import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { currencySchema, minorSchema } from '#schemas/money/money.ts';
import { payCodeSchema } from '#schemas/payment/payment-terminal.ts';
import { receiptLink } from '#schemas/receipt/receipt-of.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { localeCodes } from '#schemas/text.ts';
import { discountMinorOf } from '#schemas/transaction/retail-transaction.ts';
import type { Line } from './basket-lines.ts';

/** As many as a customer can follow; the latest. */
const shownLines = 40;

const viewLineSchema = z.object({
  lineId: z.number(),
  name: z.string(),
  variant: z.string().nullable(),
  /** Negative when it is taken back. */
  quantity: z.number(),
  amountMinor: minorSchema,
  /** Before discounts, when there are any. */
  beforeMinor: minorSchema.nullable(),
});

const shopSchema = z.object({
  storeName: z.string(),
  merchantName: z.string(),
  currency: currencySchema,
  locale: z.enum(localeCodes),
  /** Nothing of it is real. */
  isTraining: z.literal(true).optional(),
});

/** What the customer sees of a sale, as one window tells it the other. */
export const customerViewSchema = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('closed') }),
  z.object({ phase: z.literal('idle'), shop: shopSchema }),
  z.object({
    phase: z.literal('selling'),
    shop: shopSchema,
    lines: z.array(viewLineSchema),
    /** Lines before those that are shown. */
    earlierLines: z.number(),
    pieces: z.number(),
    savingsMinor: minorSchema,
    /** What is to be paid; in cash when that is what is being paid. Negative: the customer gets money. */
    dueMinor: minorSchema,
    isPaying: z.boolean(),
    /** What the customer's wallet scans to pay it. */
    payCode: payCodeSchema.optional(),
  }),
  z.object({
    phase: z.literal('paid'),
    shop: shopSchema,
    /** Negative: the customer got money back. */
    totalMinor: minorSchema,
    changeMinor: minorSchema,
    savingsMinor: minorSchema,
    /** Address of the e-receipt. */
    link: z.string().nullable(),
  }),
]);
export type CustomerView = z.infer<typeof customerViewSchema>;
export type CustomerShop = z.infer<typeof shopSchema>;

/** A line of the open basket with what it costs. */
type PricedLine = { line: Line; amountMinor: number; beforeMinor: number };

export type CustomerFacts = {
  config: StoreConfig | null;
  locale: CustomerShop['locale'];
  lines: readonly PricedLine[];
  pieces: number;
  /** Of the whole basket. */
  dueMinor: number;
  isPaying: boolean;
  payCode?: string | null;
  /** The sale that was just paid, as long as the customer stands there. */
  paid: Entry | null;
  /** First part of the e-receipt's address. */
  origin: string;
  isTraining?: boolean;
};

/** Pure. Nothing of it is the shop's own business: no stock, no names of other people, no reasons. */
export function customerViewOf(facts: CustomerFacts): CustomerView {
  const { config, locale, lines, pieces, dueMinor, isPaying } = facts;
  if (config === null) return { phase: 'closed' };
  const { storeName, merchantName, currency } = config;
  const shop: CustomerShop = {
    storeName,
    merchantName,
    currency,
    locale,
    ...(facts.isTraining && { isTraining: true }),
  };
  if (lines.length === 0) return paidView(facts, shop) ?? { phase: 'idle', shop };
  const shown = lines.slice(-shownLines);
  return {
    phase: 'selling',
    shop,
    lines: shown.map(({ line: { lineId, name, variant, quantity }, amountMinor, beforeMinor }) => ({
      ...{ lineId, name, variant, quantity, amountMinor },
      beforeMinor: beforeMinor === amountMinor ? null : beforeMinor,
    })),
    earlierLines: lines.length - shown.length,
    pieces,
    // A discount that goes back with what it was given on is no saving.
    savingsMinor: lines.reduce(
      (sum, { line, amountMinor, beforeMinor }) =>
        sum + (line.quantity > 0 ? Math.max(0, beforeMinor - amountMinor) : 0),
      0,
    ),
    dueMinor,
    isPaying,
    ...(facts.payCode && { payCode: facts.payCode }),
  };
}

function paidView({ paid, config, origin }: CustomerFacts, shop: CustomerShop): CustomerView | null {
  const fact = paid && factOf(paid);
  if (!fact?.ok || fact.value.kind !== 'retail-transaction') return null;
  const { totalMinor, changeMinor, lines } = fact.value.body;
  const { storeId, _id, hash } = paid as Entry;
  return {
    phase: 'paid',
    shop,
    totalMinor,
    changeMinor,
    savingsMinor: lines.reduce((sum, line) => sum + Math.max(0, discountMinorOf(line)), 0),
    link: shop.isTraining ? null : receiptLink(config?.digitalLinkDomain || origin, storeId, _id, hash),
  };
}
