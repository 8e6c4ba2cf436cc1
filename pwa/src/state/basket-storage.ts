import { z } from 'zod';
import { basketMemberSchema } from '#schemas/members/basket-member.ts';
import { basketPromiseSchema, promisedLineSchema } from '#schemas/parking/promise.ts';
import { accountPaymentSchema } from '#schemas/payment/account-payment.ts';
import { depositSchema } from '#schemas/payment/deposit.ts';
import { giftCardSaleSchema } from '#schemas/payment/gift-card.ts';
import { approvalsSchema } from '#schemas/policy/approval.ts';
import type { OnlineSeen } from '#schemas/pricing/online-seen.ts';
import { linePriceSchema, manualDiscountSchema } from '#schemas/pricing/quote-lines.ts';
import { type BasketState, emptyBasket, type Line } from './basket-lines.ts';
import { unitFlagSchema } from './unit-flag.ts';

/** An open basket as it lies in the tablet's storage. The id is the basket's own: it is committed at most once. */
export type StoredBasket = {
  transactionId: string;
  openedAtMs: number;
  savedAtMs: number;
  onlineSeen: readonly OnlineSeen[];
  state: BasketState;
};

const version = 2;

export function basketKey(storeId: string, tillNumber: number): string {
  return `onecode-basket-${storeId}-${tillNumber}`;
}

export function writeBasket(basket: StoredBasket): string {
  return JSON.stringify({ version, ...basket });
}

const count = z.number().int().min(0);
const returnedSchema = z.object({
  entryId: z.string(),
  soldAtMs: count,
  line: z
    .object({
      lineNumber: count.min(1),
      unitPriceMinor: count,
      condition: z.enum(['good', 'damaged']),
      placeId: z.string(),
      isLate: z.literal(true).optional(),
    })
    .optional(),
});

const lineSchema = z.object({
  lineId: count.min(1),
  skuId: z.string().nullable(),
  gtin14: z.string().nullable(),
  serial: z.string().nullable(),
  name: z.string(),
  variant: z.string().nullable(),
  taxClass: z.string(),
  categoryIds: z.array(z.string()),
  brand: z.string().nullable(),
  grams: count.min(1).nullable(),
  quantity: z
    .number()
    .int()
    .refine((quantity) => quantity !== 0),
  price: linePriceSchema,
  priceOverride: z.object({ priceMinor: count, reason: z.string() }).nullable(),
  discount: manualDiscountSchema.nullable(),
  reason: z.string().optional().catch(undefined),
  note: z.string().nullable().optional().catch(null),
  // What cannot be read counts as none: the books are asked again when the sale is posted.
  flag: unitFlagSchema.nullable().optional().catch(null),
  returned: returnedSchema.nullable().optional().catch(null),
  giftCard: giftCardSaleSchema.pick({ code: true, how: true }).optional(),
  deposit: depositSchema.pick({ basketId: true, heldMinor: true, basketTotalMinor: true, dueOn: true }).optional(),
  bill: accountPaymentSchema.pick({ number: true, account: true }).optional(),
  // What cannot be read costs what it costs today.
  promised: promisedLineSchema.optional().catch(undefined),
});

const onlineSeenSchema = z.object({
  skuId: z.string(),
  priceMinor: count.nullable(),
  sinceMs: z.number().int().nullable(),
  choice: z.enum(['take', 'keep']).nullable(),
});

const basketSchema = z.object({
  version: z.literal(version),
  transactionId: z.string(),
  openedAtMs: count,
  savedAtMs: count,
  // What cannot be read is asked again.
  onlineSeen: z.array(onlineSeenSchema).catch([]),
  state: z.object({
    lines: z.array(lineSchema),
    chosenLineId: z.number().nullable().catch(null),
    ticketDiscount: manualDiscountSchema.nullable(),
    couponIds: z.array(z.string()),
    // One that cannot be read is asked for again.
    approvals: approvalsSchema.catch([]),
    note: z.string().nullable().catch(null),
    // Who cannot be read is asked for their code again.
    member: basketMemberSchema.nullable().catch(null),
    promise: basketPromiseSchema.nullable().catch(null),
  }),
});

/** Reads a stored basket; null when there is none or when it is not one of ours. */
export function readBasket(stored: string | null): StoredBasket | null {
  let value: unknown;
  try {
    value = JSON.parse(stored ?? 'null');
  } catch {
    return null;
  }
  const read = basketSchema.safeParse(value);
  if (!read.success) return null;
  const { transactionId, openedAtMs, savedAtMs, onlineSeen, state } = read.data;
  const lines: readonly Line[] = state.lines.map(
    ({ flag, returned, note, giftCard, deposit, bill, promised, reason, ...line }) => ({
      ...line,
      ...(giftCard === undefined ? {} : { giftCard }),
      ...(deposit === undefined ? {} : { deposit }),
      ...(bill === undefined ? {} : { bill }),
      ...(promised === undefined ? {} : { promised }),
      ...(note === undefined ? {} : { note }),
      ...(reason === undefined ? {} : { reason }),
      ...(flag === undefined ? {} : { flag }),
      ...(returned === undefined ? {} : { returned: returned && asReturned(returned) }),
    }),
  );
  const chosenLineId = lines.find(({ lineId }) => lineId === state.chosenLineId)?.lineId ?? null;
  const nextLineId = lines.reduce((next, line) => Math.max(next, line.lineId + 1), emptyBasket.nextLineId);
  return { transactionId, openedAtMs, savedAtMs, onlineSeen, state: { ...state, lines, nextLineId, chosenLineId } };
}

function asReturned({ line, ...sale }: z.infer<typeof returnedSchema>): NonNullable<Line['returned']> {
  if (line === undefined) return sale;
  return { ...sale, line };
}

/** The later of two stored baskets; a missing one loses: a basket that comes back can be cleared, a lost one is lost. */
export function latestBasket(a: StoredBasket | null, b: StoredBasket | null): StoredBasket | null {
  if (a === null || b === null) return a ?? b;
  return b.savedAtMs > a.savedAtMs ? b : a;
}
