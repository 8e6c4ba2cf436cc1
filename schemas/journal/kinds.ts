import type { z } from 'zod';
import { fail, ok, type Result } from '../result.ts';
import {
  type GoodsReceived,
  goodsReceived1Schema,
  goodsReceivedSchema,
  type StockAdjusted,
  stockAdjusted1Schema,
  stockAdjustedSchema,
} from '../stock/goods.ts';
import {
  fromTransaction1,
  type RetailTransaction,
  retailTransaction1Schema,
  retailTransactionSchema,
  sumsViolation,
} from '../transaction/retail-transaction.ts';
import type { Entry } from './envelope.ts';

/** What an entry says, once its kind and version are known. Old versions stay readable for ever. */
export type Fact =
  | { kind: 'retail-transaction'; body: RetailTransaction }
  | { kind: 'goods-received'; body: GoodsReceived }
  | { kind: 'stock-adjusted'; body: StockAdjusted };
export type FactKind = Fact['kind'];

/** The version that each kind is written in; those before it stay readable, in the shape of the latest. */
export const entryVersions = {
  'retail-transaction': 2,
  'goods-received': 2,
  'stock-adjusted': 2,
} as const satisfies Record<FactKind, number>;

function isFactKind(kind: string): kind is FactKind {
  return Object.hasOwn(entryVersions, kind);
}

/** The version to write a kind in; of a kind that is not known here, the first. */
export function entryVersionOf(kind: string): number {
  return isFactKind(kind) ? entryVersions[kind] : 1;
}

/** Why an entry is kept but not posted. */
export type UnpostableCode = 'unknown-kind' | 'unknown-version' | 'invalid-body' | 'sums-differ';

function parsed<Body>(schema: z.ZodType<Body>, body: unknown): Result<Body, { code: UnpostableCode; detail: string }> {
  const result = schema.safeParse(body);
  if (result.success) return ok(result.data);
  const issue = result.error.issues[0];
  return fail({
    code: 'invalid-body',
    detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300),
  });
}

/** Versions 1 and 2 of the kinds, each parsed into the shape of version 2. */
const bodySchemas = {
  'retail-transaction': [retailTransaction1Schema.transform(fromTransaction1), retailTransactionSchema],
  'goods-received': [goodsReceived1Schema.transform(approvedByNobody), goodsReceivedSchema],
  'stock-adjusted': [stockAdjusted1Schema.transform(approvedByNobody), stockAdjustedSchema],
} as const;

function approvedByNobody<Body>(body: Body): Body & { approvals: [] } {
  return { ...body, approvals: [] };
}

/** Reads an entry's body. Pure; the server's posting and the till's pending effects both start here. */
export function factOf(
  entry: Pick<Entry, 'kind' | 'version' | 'body'>,
): Result<Fact, { code: UnpostableCode; detail: string }> {
  const { kind, version } = entry;
  if (!isFactKind(kind)) return fail({ code: 'unknown-kind', detail: kind });
  if (version !== 1 && version !== 2) return fail({ code: 'unknown-version', detail: `${kind} ${version}` });
  const at = version === 1 ? 0 : 1;
  if (kind === 'goods-received') {
    const body = parsed<GoodsReceived>(bodySchemas[kind][at], entry.body);
    return body.ok ? ok({ kind, body: body.value }) : body;
  }
  if (kind === 'stock-adjusted') {
    const body = parsed<StockAdjusted>(bodySchemas[kind][at], entry.body);
    return body.ok ? ok({ kind, body: body.value }) : body;
  }
  const body = parsed<RetailTransaction>(bodySchemas[kind][at], entry.body);
  if (!body.ok) return body;
  const violation = sumsViolation(body.value);
  return violation === null ? ok({ kind, body: body.value }) : fail({ code: 'sums-differ', detail: violation });
}
