import { z } from 'zod';
import type { UnitPutAside } from '#schemas/parking/unit-put-aside.ts';
import type { RecallRow } from '#schemas/stock/delivery.ts';
import { recallsOf } from '#schemas/stock/recall.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { UnitLookup } from '#schemas/sync/unit-lookup.ts';

/**
 * Why something in the basket is not to be sold just so, the gravest first. `maybe-recalled`: the recall is of some batches,
 * and which one this is nobody knows. `sale-not-found`: it is taken back, and how it was sold is not known here.
 * `put-aside`: somebody waits for it by a quote or a deposit; that is said, and takes no right (schemas/parking/SPEC.md PK14).
 */
export const flagReasons = [
  'recalled',
  'maybe-recalled',
  'sold',
  'gone',
  'sent-back',
  'elsewhere',
  'in-transit',
  'set-aside',
  'reserved',
  'expired',
  'not-received',
  'unknown',
  'sale-not-found',
  'put-aside',
] as const;
export type FlagReason = (typeof flagReasons)[number];

/** Selling what has one takes a right of its own. */
export const unitFlagSchema = z.object({
  /** The gravest first. */
  reasons: z.array(z.enum(flagReasons)).min(1),
  /** The entry that says where the unit stands; null where none does. */
  entryId: z.string().nullable(),
  recall: z.object({ title: z.string(), advice: z.string() }).nullable(),
  /** Its last day. */
  expiresOn: z.string().nullable(),
  /** Where it is instead, when the server told. */
  storeName: z.string().nullable(),
  /** For whom it waits, by which number, and through which day. */
  putAside: z
    .object({
      label: z.string().nullable(),
      entryId: z.string(),
      untilDay: z.string().nullable(),
      isDeposit: z.boolean(),
    })
    .nullable()
    .optional(),
  isApproved: z.boolean(),
});
export type UnitFlag = z.infer<typeof unitFlagSchema>;

const reasonByState: Readonly<Record<UnitState, FlagReason | null>> = {
  'in-stock': null,
  commissioned: 'not-received',
  expected: 'not-received',
  reserved: 'reserved',
  'set-aside': 'set-aside',
  'in-transit': 'in-transit',
  elsewhere: 'elsewhere',
  sold: 'sold',
  gone: 'gone',
  'sent-back': 'sent-back',
  // It turned up: nothing speaks against selling it.
  missing: null,
};

export type Flaggable = {
  gtin14: string | null;
  /** Null: goods that are counted and not told apart. */
  serial: string | null;
  unit: UnitRow | null;
  /** A unit that the books do not know is no wonder while not all rows are here. */
  isUnknown: boolean;
  /** What the label says; the books know better. */
  batch: string | null;
  expiresOn: string | null;
  recalls: readonly RecallRow[];
  /** The store's day. */
  today: string;
  /** Who waits for it; absent: nobody is asked. */
  putAside?: UnitPutAside | null;
};

/** What speaks against selling it; null: nothing. Pure. */
export function flagOf(goods: Flaggable): UnitFlag | null {
  const { gtin14, serial, unit, recalls, today, putAside = null } = goods;
  const expiresOn = unit?.expiresOn ?? goods.expiresOn;
  const batch = unit?.batch ?? goods.batch;
  const [hit] = gtin14 === null ? [] : recallsOf({ gtin14, serial, batch }, recalls);
  const found: (FlagReason | null)[] = [
    hit === undefined ? null : hit.isCertain ? 'recalled' : 'maybe-recalled',
    unit && reasonByState[unit.state],
    expiresOn !== null && expiresOn < today ? 'expired' : null,
    goods.isUnknown ? 'unknown' : null,
    putAside === null ? null : 'put-aside',
  ];
  const reasons = flagReasons.filter((reason) => found.includes(reason));
  if (reasons.length === 0) return null;
  return {
    reasons,
    entryId: unit?.entryId ?? null,
    recall: hit ? { title: hit.recall.title, advice: hit.recall.advice } : null,
    expiresOn: reasons.includes('expired') ? expiresOn : null,
    storeName: null,
    ...(putAside && { putAside }),
    isApproved: false,
  };
}

/** Whether selling it takes a right: that somebody else waits for it is told, and left to whoever sells. */
export function takesRight({ reasons, isApproved }: UnitFlag): boolean {
  return !isApproved && reasons.some((reason) => reason !== 'put-aside');
}

/** What the server adds to a flag: in which store the unit is. Null: nothing new. */
export function withLookup(flag: UnitFlag, { elsewhere }: UnitLookup): UnitFlag | null {
  if (elsewhere === null) return null;
  const { state, storeName } = elsewhere;
  const isThere = state !== 'commissioned' && state !== 'expected';
  const known: FlagReason[] = flag.reasons.filter((reason) => reason !== 'unknown');
  const reason: FlagReason | null = state === 'sold' ? 'sold' : isThere ? 'elsewhere' : null;
  if (!flag.reasons.includes('unknown') || reason === null) return { ...flag, storeName };
  return { ...flag, storeName, reasons: flagReasons.filter((one) => one === reason || known.includes(one)) };
}

/** The flag of what is taken back although nobody knows here how it was sold. */
export const saleNotFound: UnitFlag = {
  reasons: ['sale-not-found'],
  entryId: null,
  recall: null,
  expiresOn: null,
  storeName: null,
  isApproved: false,
};
