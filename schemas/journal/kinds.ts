import type { z } from 'zod';
import {
  memberEditedSchema,
  memberEnrolledSchema,
  memberErasedSchema,
  memberLeftSchema,
  membersMergedSchema,
} from '../members/member-entries.ts';
import { pointsAdjustedSchema } from '../members/points-adjusted.ts';
import { basketParkedSchema, basketTakenSchema } from '../parking/parked-basket.ts';
import { paymentOpenSchema, paymentSettledSchema } from '../payment/open-payment.ts';
import { receiptCopiedSchema } from '../receipt/receipt-copied.ts';
import { fail, ok, type Result } from '../result.ts';
import { cashMovedSchema, shiftClosedSchema, shiftOpenedSchema } from '../shift/shift-entries.ts';
import { reportViolation } from '../shift/shift-report.ts';
import {
  countApprovedSchema,
  countCancelledSchema,
  countOpenedSchema,
  goodsCountedSchema,
  placeCountedSchema,
  recountAskedSchema,
} from '../stock/count-entries.ts';
import {
  deliveryAnnouncedSchema,
  deliveryClosedSchema,
  fromGoodsReceived1,
  goodsReceived1Schema,
  goodsReceivedSchema,
  transferDeliveredSchema,
  transferSentSchema,
} from '../stock/delivery.ts';
import {
  goodsMovedSchema,
  labelsPrintedSchema,
  stockAdjusted1Schema,
  stockAdjustedSchema,
  unitsCommissionedSchema,
  unitsSetSchema,
} from '../stock/goods.ts';
import { goodsSentBackSchema } from '../stock/sent-back.ts';
import {
  fromTransaction1,
  fromTransaction2,
  retailTransaction1Schema,
  retailTransaction2Schema,
} from '../transaction/earlier-versions.ts';
import { retailTransactionSchema, sumsViolation } from '../transaction/retail-transaction.ts';
import type { Entry } from './envelope.ts';

/** Each kind's versions, oldest first, each parsed into the shape of the latest. Old versions stay readable for ever. */
const bodySchemas = {
  'retail-transaction': [
    retailTransaction1Schema.transform(fromTransaction1),
    retailTransaction2Schema.transform(fromTransaction2),
    retailTransactionSchema,
  ],
  'goods-received': [goodsReceived1Schema.transform(fromGoodsReceived1), goodsReceivedSchema],
  'stock-adjusted': [stockAdjusted1Schema.transform((body) => ({ ...body, approvals: [] })), stockAdjustedSchema],
  'units-commissioned': [unitsCommissionedSchema],
  'labels-printed': [labelsPrintedSchema],
  'receipt-copied': [receiptCopiedSchema],
  'goods-moved': [goodsMovedSchema],
  'units-set': [unitsSetSchema],
  'delivery-announced': [deliveryAnnouncedSchema],
  'delivery-closed': [deliveryClosedSchema],
  'transfer-sent': [transferSentSchema],
  'transfer-delivered': [transferDeliveredSchema],
  'goods-sent-back': [goodsSentBackSchema],
  'shift-opened': [shiftOpenedSchema],
  'cash-moved': [cashMovedSchema],
  'shift-closed': [shiftClosedSchema],
  'count-opened': [countOpenedSchema],
  'goods-counted': [goodsCountedSchema],
  'place-counted': [placeCountedSchema],
  'recount-asked': [recountAskedSchema],
  'count-approved': [countApprovedSchema],
  'count-cancelled': [countCancelledSchema],
  'basket-parked': [basketParkedSchema],
  'basket-taken': [basketTakenSchema],
  'payment-open': [paymentOpenSchema],
  'payment-settled': [paymentSettledSchema],
  'member-enrolled': [memberEnrolledSchema],
  'member-edited': [memberEditedSchema],
  'members-merged': [membersMergedSchema],
  'member-left': [memberLeftSchema],
  'member-erased': [memberErasedSchema],
  'points-adjusted': [pointsAdjustedSchema],
} as const satisfies Record<string, readonly z.ZodType[]>;

export type FactKind = keyof typeof bodySchemas;
type BodyOf<Kind extends FactKind> = z.infer<(typeof bodySchemas)[Kind][number]>;

/** What an entry says, once its kind and version are known. */
/** `version`: of an entry that was written in an earlier one; what was not asked for then is not asked for now. */
export type Fact = { [Kind in FactKind]: { kind: Kind; body: BodyOf<Kind>; version?: number } }[FactKind];

export const factKinds = Object.keys(bodySchemas) as FactKind[];

function isFactKind(kind: string): kind is FactKind {
  return Object.hasOwn(bodySchemas, kind);
}

/** The version to write a kind in; of a kind that is not known here, the first. */
export function entryVersionOf(kind: string): number {
  return isFactKind(kind) ? bodySchemas[kind].length : 1;
}

/** What a body of that kind and version is read by; undefined: no such version is known here. */
export function bodySchemaOf(kind: FactKind, version: number): z.ZodType | undefined {
  return bodySchemas[kind][version - 1];
}

/** Why an entry is kept but not posted. */
export type UnpostableCode = 'unknown-kind' | 'unknown-version' | 'invalid-body' | 'sums-differ';

/** Reads an entry's body. Pure; the server's posting and the till's pending effects both start here. */
export function factOf(
  entry: Pick<Entry, 'kind' | 'version' | 'body'>,
): Result<Fact, { code: UnpostableCode; detail: string }> {
  const { kind, version } = entry;
  if (!isFactKind(kind)) return fail({ code: 'unknown-kind', detail: kind });
  const schema = bodySchemaOf(kind, version);
  if (schema === undefined) return fail({ code: 'unknown-version', detail: `${kind} ${version}` });
  const parsed = schema.safeParse(entry.body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const detail = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300);
    return fail({ code: 'invalid-body', detail });
  }
  // The schema was chosen by the kind.
  const isEarlier = version < bodySchemas[kind].length;
  const fact = { kind, body: parsed.data, ...(isEarlier && { version }) } as Fact;
  const violation = violationIn(fact);
  return violation === null ? ok(fact) : fail({ code: 'sums-differ', detail: violation });
}

/** [M1] What does not add up in an entry, or null. */
function violationIn(fact: Fact): string | null {
  if (fact.kind === 'retail-transaction') return sumsViolation(fact.body);
  return fact.kind === 'shift-closed' ? reportViolation(fact.body.report) : null;
}
