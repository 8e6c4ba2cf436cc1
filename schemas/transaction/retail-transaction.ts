import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema, roundToStep, scaleMinor } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { rateOf, type TaxRules, taxOfLine } from '../pricing/tax.ts';
import { key, text } from '../text.ts';

export const quantitySchema = z
  .number()
  .int()
  .min(-1_000_000)
  .max(1_000_000)
  .refine((quantity) => quantity !== 0);
export const gtin14Schema = z.string().regex(/^\d{14}$/);
/** GS1 AI (21): up to 20 characters of GS1's set 82, here without `|`. */
export const serialSchema = key(20);

/** GS1 AI (10): up to 20 characters of GS1's set 82, here without `|`. */
export const batchSchema = key(20);

const lineItem1Schema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  skuId: key(40),
  gtin14: gtin14Schema.nullable(),
  /** The unit's serial when the SKU is item-coded; the quantity is then 1 or −1. */
  serial: serialSchema.nullable(),
  /** The name as the customer saw it. */
  name: text(200),
  /** Pieces; negative for a return. */
  quantity: quantitySchema,
  unitPriceMinor: minorSchema.min(0),
  taxClass: z.string().max(31),
  taxRateBasisPoints: z.number().int().min(0).max(10_000),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  totalMinor: minorSchema,
  placeId: idSchema,
});

/** Why a line is not sold at its list price. It takes the right `change-price`. */
export const priceOverrideSchema = z.object({
  /** What the piece would have cost. */
  listPriceMinor: minorSchema.min(0),
  reason: text(200),
});
export type PriceOverride = z.infer<typeof priceOverrideSchema>;

export const lineItemSchema = lineItem1Schema.extend({ priceOverride: priceOverrideSchema.nullable() });
export type LineItem = z.infer<typeof lineItemSchema>;

export const tenderSchema = z.object({
  type: z.enum(['cash', 'card', 'account']),
  amountMinor: minorSchema,
});
export type Tender = z.infer<typeof tenderSchema>;

function numberedOnce<Line extends typeof lineItem1Schema>(line: Line) {
  return z
    .array(line)
    .min(1)
    .max(2_000)
    .refine(
      (lines) => new Set(lines.map(({ lineNumber }) => lineNumber)).size === lines.length,
      'a line number is given once',
    );
}

/** Body of an entry of kind `retail-transaction`, version 1 (ARTS POSLog RetailTransaction, the part in use). */
export const retailTransaction1Schema = z.object({
  /** Made when the basket is opened: the same basket is committed at most once. */
  transactionId: z.uuid(),
  /** The store's calendar day, `2026-11-22`. */
  businessDay: z.iso.date(),
  openedAtMs: z.number().int().min(0),
  currency: currencySchema,
  pricesIncludeTax: z.boolean(),
  lines: numberedOnce(lineItem1Schema),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  /** Cash rounding, added to net + tax. */
  roundingMinor: minorSchema,
  totalMinor: minorSchema,
  tenders: z.array(tenderSchema).max(20),
  changeMinor: minorSchema.min(0),
  memberId: key(40).nullable(),
});

/** Version 2: who approved what the operator may not do alone, and which lines are not at their list price. */
export const retailTransactionSchema = retailTransaction1Schema.extend({
  lines: numberedOnce(lineItemSchema),
  approvals: approvalsSchema,
});
export type RetailTransaction = z.infer<typeof retailTransactionSchema>;

/** A version 1 in the shape of today: nothing was approved or overridden then. */
export function fromTransaction1(body: z.infer<typeof retailTransaction1Schema>): RetailTransaction {
  return { ...body, lines: body.lines.map((line) => ({ ...line, priceOverride: null })), approvals: [] };
}

/** [M1] What does not add up in a transaction, or null: lines + tax + rounding = tenders − change, exactly. */
export function sumsViolation(transaction: RetailTransaction): string | null {
  let netMinor = 0;
  let taxMinor = 0;
  for (const line of transaction.lines) {
    const amountMinor = line.unitPriceMinor * line.quantity;
    if (line.netMinor + line.taxMinor !== line.totalMinor) return `line ${line.lineNumber}: net + tax ≠ total`;
    const base = transaction.pricesIncludeTax ? line.totalMinor : line.netMinor;
    if (base !== amountMinor) return `line ${line.lineNumber}: price × quantity ≠ amount`;
    if (line.serial !== null && Math.abs(line.quantity) !== 1) return `line ${line.lineNumber}: a unit is one piece`;
    netMinor += line.netMinor;
    taxMinor += line.taxMinor;
  }
  if (netMinor !== transaction.netMinor) return 'lines ≠ net';
  if (taxMinor !== transaction.taxMinor) return 'line taxes ≠ tax';
  if (netMinor + taxMinor + transaction.roundingMinor !== transaction.totalMinor) return 'net + tax + rounding ≠ total';
  const paidMinor = transaction.tenders.reduce((sum, tender) => sum + tender.amountMinor, 0);
  if (paidMinor - transaction.changeMinor !== transaction.totalMinor) return 'tenders − change ≠ total';
  return null;
}

/** What a basket line says before it is priced. */
export type BasketLine = Pick<
  LineItem,
  'skuId' | 'gtin14' | 'serial' | 'name' | 'quantity' | 'unitPriceMinor' | 'taxClass'
> & {
  /** `unitPriceMinor` is then the changed price. */
  priceOverride?: PriceOverride | null;
};
export type PricedBasket = Pick<RetailTransaction, 'lines' | 'netMinor' | 'taxMinor'> & {
  /** Net + tax before cash rounding. */
  dueMinor: number;
};

/** Prices a basket: the same function on the till, the server and the web shop (M2). */
export function priceBasket(lines: readonly BasketLine[], rules: TaxRules, placeId: string): PricedBasket {
  const priced = lines.map((line, index): LineItem => {
    const taxRateBasisPoints = rateOf(rules, line.taxClass);
    const amountMinor = scaleMinor(line.unitPriceMinor, line.quantity, 1);
    return {
      ...line,
      priceOverride: line.priceOverride ?? null,
      lineNumber: index + 1,
      placeId,
      taxRateBasisPoints,
      ...taxOfLine(amountMinor, taxRateBasisPoints, rules.pricesIncludeTax),
    };
  });
  const netMinor = priced.reduce((sum, line) => sum + line.netMinor, 0);
  const taxMinor = priced.reduce((sum, line) => sum + line.taxMinor, 0);
  return { lines: priced, netMinor, taxMinor, dueMinor: netMinor + taxMinor };
}

/** What cash has to pay: due, rounded to the store's cash step. */
export function cashDueMinor(dueMinor: number, rules: TaxRules): number {
  return roundToStep(dueMinor, rules.cashStepMinor);
}
