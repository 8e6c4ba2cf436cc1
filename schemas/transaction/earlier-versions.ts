import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import {
  gtin14Schema,
  plainLine,
  plainTender,
  plainTicket,
  priceOverrideSchema,
  quantitySchema,
  type RetailTransaction,
  serialSchema,
  ticketLines,
} from './retail-transaction.ts';

const lineItem1Schema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  skuId: key(40),
  gtin14: gtin14Schema.nullable(),
  serial: serialSchema.nullable(),
  name: text(200),
  quantity: quantitySchema,
  unitPriceMinor: minorSchema.min(0),
  taxClass: z.string().max(31),
  taxRateBasisPoints: z.number().int().min(0).max(10_000),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  totalMinor: minorSchema,
  placeId: idSchema,
});
const lineItem2Schema = lineItem1Schema.extend({ priceOverride: priceOverrideSchema.nullable() });
const tender1Schema = z.object({ type: z.enum(['cash', 'card', 'account']), amountMinor: minorSchema });

/** Body of an entry of kind `retail-transaction`, version 1: list prices alone. */
export const retailTransaction1Schema = z.object({
  transactionId: z.uuid(),
  businessDay: z.iso.date(),
  openedAtMs: z.number().int().min(0),
  currency: currencySchema,
  pricesIncludeTax: z.boolean(),
  lines: ticketLines(lineItem1Schema),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  roundingMinor: minorSchema,
  totalMinor: minorSchema,
  tenders: z.array(tender1Schema).max(20),
  changeMinor: minorSchema.min(0),
  memberId: key(40).nullable(),
});
/** Version 2: prices changed by hand, and who approved what the operator may not do alone. */
export const retailTransaction2Schema = retailTransaction1Schema.extend({
  lines: ticketLines(lineItem2Schema),
  approvals: approvalsSchema,
});

/** Nothing was approved or overridden in a version 1. */
export function fromTransaction1(body: z.infer<typeof retailTransaction1Schema>): RetailTransaction {
  return fromTransaction2({
    ...body,
    lines: body.lines.map((line) => ({ ...line, priceOverride: null })),
    approvals: [],
  });
}

/** In the shape of today: there were no discounts, and what price lists and the web shop asked was not kept. */
export function fromTransaction2(body: z.infer<typeof retailTransaction2Schema>): RetailTransaction {
  return {
    ...body,
    ...plainTicket,
    promotions: [],
    lines: body.lines.map((line) => ({
      ...plainLine,
      discounts: [],
      ...line,
    })),
    tenders: body.tenders.map(({ type, amountMinor }) => plainTender(type, amountMinor)),
  };
}
