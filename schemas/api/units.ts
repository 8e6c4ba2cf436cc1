import { z } from 'zod';
import { idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { factKinds } from '../journal/kinds.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { adjustmentReasons, ssccSchema } from '../stock/goods.ts';
import { placeKinds } from '../stock/place.ts';
import { unitRowSchema } from '../stock/unit.ts';
import { unitContradictions, unitStates, unitStepTypes } from '../stock/unit-states.ts';
import { key, namesSchema, text } from '../text.ts';
import { batchSchema, gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';

const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);

/** Where a list of units goes on: the last one's `gtin14.serial`. */
export const unitMarkSchema = z.string().regex(/^\d{14}\.[!-{}~]{1,20}$/);

/**
 * `GET /api/stores/:store/units?q=`: an item code, a GTIN or a carton in any form; or part of a serial (3 characters or more,
 * its beginning first), the beginning of a batch, or a SKU code. Without `q` every unit of the store.
 */
export const unitsQuerySchema = z.object({
  q: text(512).default(''),
  state: z.enum(unitStates).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: unitMarkSchema.optional(),
});

export const unitItemSchema = unitRowSchema.omit({ entryId: true }).extend({
  /** Of the catalogue today; null when the SKU is unknown. */
  names: namesSchema.nullable(),
  variant: namesSchema.nullable(),
});
export type UnitItem = z.infer<typeof unitItemSchema>;

/** In order of GTIN, then serial. */
export const unitListSchema = z.object({
  units: z.array(unitItemSchema),
  /** `after` of the next page; null at the end. */
  next: unitMarkSchema.nullable(),
  /** What was asked for is one item code: its life can be shown, also when this store has not heard of it. */
  exact: z.object({ gtin14: gtin14Schema, serial: serialSchema }).nullable(),
  /** Why the text is no code although it looks like one: a code of `scan_problem_…`. */
  problem: z.string().max(40).nullable(),
});
export type UnitList = z.infer<typeof unitListSchema>;

const storeSchema = z.object({ storeId: idSchema, storeName: text(100) });

/** One step of a life, a label that was printed, or that it was counted: by which entry, where, by whom. */
export const lifeStepSchema = storeSchema.extend({
  type: z.enum([...unitStepTypes, 'counted', 'label-printed', 'label-reprinted']),
  entryId: entryIdSchema,
  kind: z.enum(factKinds),
  lineNumber: z.number().int(),
  /** When it was so by the till's corrected clock; steps are in the order of the hybrid logical clock. */
  atMs: z.number().int(),
  recordedAtMs: z.number().int(),
  /** Of the store's clocks then, `+01:00`. */
  timeZoneOffset: z.string().max(6),
  tillNumber: tillNumberSchema,
  tillName: text(80).nullable(),
  operatorId: key(40),
  operatorName: text(80).nullable(),
  /** Null of a label. */
  placeId: idSchema.nullable(),
  placeNames: namesSchema.nullable(),
  placeKind: z.enum(placeKinds).nullable(),
  /** How the unit stands in the books of the step's store after it; null of a label, or when it was counted. */
  after: z.enum(unitStates).nullable(),
  contradiction: z.enum(unitContradictions).nullable(),
  /** As the step told them. */
  batch: batchSchema.nullable(),
  expiresOn: z.iso.date().nullable(),
  sscc: ssccSchema.nullable(),
  /** By which it was announced or came. */
  delivery: z.object({ deliveryId: entryIdSchema, reference: text(100), sourceName: text(100) }).nullable(),
  /** Of a transfer: where it went to or came from. */
  otherStore: storeSchema.nullable(),
  adjustment: z.enum(adjustmentReasons).nullable(),
  /** Why it is set aside, written off or printed again; what was noted. */
  reason: text(500),
  /** Of damage: `…/units/:gtin14/:serial/photos/:entryId/:line` of the step's store has it. */
  hasPhoto: z.boolean(),
  /** The stock-take by which it was counted, or that found out; null: none, or one without a name yet. */
  countName: text(100).nullable(),
  /** Of a sale or a return; the receipt's number is the entry's id. */
  sale: z
    .object({
      totalMinor: minorSchema,
      currency: currencySchema,
      hasMember: z.boolean(),
      /** With the right `read-personal-data` in that store. */
      member: z.object({ memberId: key(40), name: text(100) }).nullable(),
    })
    .nullable(),
});
export type LifeStep = z.infer<typeof lifeStepSchema>;

/**
 * `GET /api/stores/:store/units/:gtin14/:serial`: the life of a unit in every store of the chain whose reports the asker may
 * read. A unit that no store has heard of has no steps. `…/epcis` answers the same as an EPCISDocument (JSON-LD).
 */
export const unitLifeSchema = z.object({
  gtin14: gtin14Schema,
  serial: serialSchema,
  /** As the last step says, else the SKU of the GTIN; null when neither is known. */
  skuId: key(40).nullable(),
  names: namesSchema.nullable(),
  variant: namesSchema.nullable(),
  digitalLink: z.string().max(400),
  batch: batchSchema.nullable(),
  expiresOn: z.iso.date().nullable(),
  /** Where it stands, store by store, the latest first. */
  standings: z.array(
    storeSchema.extend({
      state: z.enum(unitStates),
      placeId: idSchema,
      placeNames: namesSchema.nullable(),
      sinceMs: z.number().int(),
    }),
  ),
  /** Stores that know it and whose reports the asker may not read. */
  elsewhere: z.array(storeSchema.extend({ state: z.enum(unitStates) })),
  /** Earliest first. */
  steps: z.array(lifeStepSchema),
  /** Open recalls that it falls under. */
  recalls: z.array(z.object({ recallId: z.uuid(), title: text(200), isCertain: z.boolean() })),
});
export type UnitLife = z.infer<typeof unitLifeSchema>;
