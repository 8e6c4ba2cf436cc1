import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { unitRowSchema } from '../stock/unit.ts';
import { unitStates } from '../stock/unit-states.ts';
import { text } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';

/** Path of `GET /feed/:store/units/:gtin14/:serial`, the serial percent-encoded. Errors: `bad-request` 400. */
export const unitCodeSchema = z.object({ gtin14: gtin14Schema, serial: serialSchema });

/** What the server knows of a unit that the till does not hold; both null: no store of the chain has heard of it. */
export const unitLookupSchema = z.object({
  /** As the till's feed would bring it. */
  here: unitRowSchema.nullable(),
  /** The other store of the chain that had it last. */
  elsewhere: z.object({ storeId: idSchema, storeName: text(100), state: z.enum(unitStates) }).nullable(),
  /** Where it stands as sold: its latest sale in the chain, for who brings it back. Absent: not sold, or its entry says no price. */
  sale: z
    .object({
      entryId: z.string(),
      soldAtMs: z.number().int(),
      currency: currencySchema,
      /** What was paid for the piece. */
      unitPriceMinor: minorSchema.min(0),
    })
    .optional(),
});
export type UnitLookup = z.infer<typeof unitLookupSchema>;
