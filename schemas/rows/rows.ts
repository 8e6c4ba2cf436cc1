import { z } from 'zod';
import { exportKeySchema } from '../export/export-file.ts';
import { inStoreCodesSchema } from '../item-code/in-store-code.ts';
import { idSchema } from '../journal/envelope.ts';
import { heldCouponSchema, mostHeldCoupons } from '../members/personal-coupon.ts';
import { pointsRulesSchema } from '../members/points.ts';
import { chainKeySchema } from '../members/signed-code.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { customerAccountRowSchema } from '../payment/customer-account.ts';
import { tenderRulesSchema } from '../payment/tender-rules.ts';
import { campaignIdSchema } from '../pricing/coupon-id.ts';
import { priceEntrySchema, priceListSchema } from '../pricing/price-list.ts';
import { pricingRulesSchema } from '../pricing/pricing-rules.ts';
import { promotionSchema } from '../pricing/promotion.ts';
import { taxRulesSchema } from '../pricing/tax.ts';
import { pickListSchema } from '../procurement/return.ts';
import { receiptDesignSchema } from '../receipt/receipt-design.ts';
import { returnRulesSchema } from '../returns/return-rules.ts';
import { shiftRulesSchema } from '../shift/shift-rules.ts';
import { countRowSchema } from '../stock/count-row.ts';
import {
  awaitedCartonRowSchema,
  cartonRowSchema,
  deliveryRowSchema,
  recallRowSchema,
  receiptRowSchema,
} from '../stock/delivery.ts';
import { placeSchema } from '../stock/place.ts';
import { stockRowSchema } from '../stock/stock-row.ts';
import { unitRowSchema } from '../stock/unit.ts';
import { key, namesSchema, text } from '../text.ts';
import { gtin14Schema } from '../transaction/retail-transaction.ts';
import { staffRowSchema } from './staff.ts';

export const trackings = ['item', 'quantity', 'weight'] as const;

/** One SKU: what is sold, at the level of size and colour. Row key: `skuId`. */
export const skuRowSchema = z.object({
  skuId: key(40),
  names: namesSchema,
  categoryId: idSchema.nullable(),
  brand: text(80).nullable(),
  taxClass: z.string().max(31),
  tracking: z.enum(trackings),
  /** Size, colour …, ready to show, per language. */
  variant: namesSchema.nullable(),
});
export type SkuRow = z.infer<typeof skuRowSchema>;

/** Row key: the GTIN, 14 digits. */
export const gtinRowSchema = z.object({ gtin14: gtin14Schema, skuId: key(40) });
export type GtinRow = z.infer<typeof gtinRowSchema>;

/** Row key: `skuId`. The chain's base prices (pricing/base-lists.ts), in minor units of the store's currency. */
export const priceRowSchema = z.object({
  skuId: key(40),
  priceMinor: minorSchema.min(0),
  onlinePriceMinor: minorSchema.min(0).nullable(),
  /** When the web shop was last seen to ask it. Absent or null: nobody knows. */
  onlineConfirmedAtMs: z.number().int().min(0).nullable().optional(),
});
export type PriceRow = z.infer<typeof priceRowSchema>;

/** A price list of the chain's own, while it is not ended. Row key: `priceListId`. */
export const priceListRowSchema = priceListSchema.safeExtend({ names: namesSchema });
export type PriceListRow = z.infer<typeof priceListRowSchema>;

/** Of one SKU, in all lists together. */
export const maxSkuEntries = 200;

/**
 * Row key: `skuId`. Its entries in all lists of the chain's own. Those of a list that has ended may still be among them: they
 * mean nothing (compilePriceLists leaves them out).
 */
export const skuPriceRowSchema = z.object({ skuId: key(40), entries: z.array(priceEntrySchema).max(maxSkuEntries) });
export type SkuPriceRow = z.infer<typeof skuPriceRowSchema>;

/** Of a chain, not ended: a till reads all of both. */
export const maxPriceLists = 200;
export const maxPromotions = 2_000;

/** A member that the store has seen. Row key: `memberId`. */
export const memberRowSchema = z.object({
  memberId: key(40),
  name: text(100),
  phone: z
    .string()
    .regex(/^\+?\d{4,20}$/)
    .nullable(),
  code: key(40),
  tier: text(30),
  /** Who goes on for this member, of two who are one person: only the code still leads here. */
  mergedInto: key(40).nullable().optional(),
  /** Lower case. */
  email: text(254).nullable().optional(),
  /** Of a card of before. */
  cardNumber: key(40).nullable().optional(),
  /** That can be spent, as the server last worked it out; below zero when more came back than was there. */
  points: z.number().int().nullable().optional(),
  /** [CP7] Given to them and not used, the soonest to end first. */
  coupons: z.array(heldCouponSchema).max(mostHeldCoupons).nullable().optional(),
});
export type MemberRow = z.infer<typeof memberRowSchema>;

/** Where a name stood, or where none is known: the same in every language. */
export const namelessMember = '—';

/** Tables of the row feed, with the scope whose counter numbers their changes. */
export const feedTables = {
  sku: { scope: 'chain', schema: skuRowSchema },
  gtin: { scope: 'chain', schema: gtinRowSchema },
  price: { scope: 'chain', schema: priceRowSchema },
  'price-list': { scope: 'chain', schema: priceListRowSchema },
  'sku-price': { scope: 'chain', schema: skuPriceRowSchema },
  /** Row key: `promotionId`. */
  promotion: { scope: 'chain', schema: promotionSchema },
  stock: { scope: 'store', schema: stockRowSchema },
  unit: { scope: 'store', schema: unitRowSchema },
  member: { scope: 'store', schema: memberRowSchema },
  delivery: { scope: 'store', schema: deliveryRowSchema },
  carton: { scope: 'store', schema: cartonRowSchema },
  receipt: { scope: 'store', schema: receiptRowSchema },
  'stock-count': { scope: 'store', schema: countRowSchema },
  recall: { scope: 'chain', schema: recallRowSchema },
  'awaited-carton': { scope: 'chain', schema: awaitedCartonRowSchema },
  'customer-account': { scope: 'store', schema: customerAccountRowSchema },
} as const;
export type FeedTable = keyof typeof feedTables;
export type FeedRow<Table extends FeedTable> = z.infer<(typeof feedTables)[Table]['schema']>;
export const feedTableNames = Object.keys(feedTables) as FeedTable[];
/** What selling needs; the rest follows in the background. */
export const sellingTables = [
  'sku',
  'gtin',
  'price',
  'price-list',
  'sku-price',
  'promotion',
] as const satisfies readonly FeedTable[];

/** Small facts about the store, sent whole when any of them changes. */
export const storeConfigSchema = z.object({
  merchantId: idSchema,
  merchantName: text(100),
  storeId: idSchema,
  storeName: text(100),
  address: text(300),
  currency: currencySchema,
  timeZone: text(60),
  taxRules: taxRulesSchema,
  /** The place that the counter sells from. */
  salesPlaceId: idSchema,
  /** Everywhere in the store that goods can be; the sales place is one of them. */
  places: z.array(placeSchema).max(2_000).default([]),
  /** What is to go back to suppliers. */
  pickLists: z.array(pickListSchema).max(20).default([]),
  /** The chain's other stores, for transfers. */
  otherStores: z
    .array(z.object({ storeId: idSchema, name: text(100) }))
    .max(5_000)
    .default([]),
  /** How the shop's scales write a weight or a price into an EAN-13; absent from a server that knows none. */
  inStoreCodes: inStoreCodesSchema.optional(),
  /** Of the tills' drawers; absent from a server that knows none. */
  shiftRules: shiftRulesSchema.optional(),
  /** Absent from a server that knows none: the defaults (pricing/pricing-rules.ts). */
  pricing: pricingRulesSchema.optional(),
  /** Which ways to pay the store takes; absent from a server that knows none. */
  tenderRules: tenderRulesSchema.optional(),
  /** Of what comes back; absent from a server that knows none. */
  returnRules: returnRulesSchema.optional(),
  /** What the store puts on receipts; absent from a server that knows none. */
  receiptDesign: receiptDesignSchema.optional(),
  /** First part of item codes' Digital Links, e.g. `https://shop.example`. */
  digitalLinkDomain: text(200),
  categories: z.array(z.object({ categoryId: idSchema, names: namesSchema })).max(2_000),
  staff: z.array(staffRowSchema).max(2_000),
  /** Whom emergency exports are encrypted for; absent from a server that knows none. */
  exportKey: exportKeySchema.optional(),
  /** Whose signature members' and coupons' codes carry [MB5]; absent from a server that signs none. */
  chainKey: chainKeySchema.optional(),
  /** What the chain's members earn and pay with points; absent: it gives none. */
  points: pointsRulesSchema.optional(),
  /** [CP8] Campaigns that have used up their budget: members' coupons of theirs are not offered. */
  couponsOver: z.array(campaignIdSchema).max(500).optional(),
});
export type StoreConfig = z.infer<typeof storeConfigSchema>;
