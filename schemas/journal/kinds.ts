import type { z } from 'zod';
import { fail, ok, type Result } from '../result.ts';
import { type GoodsReceived, goodsReceivedSchema, type StockAdjusted, stockAdjustedSchema } from '../stock/goods.ts';
import { type RetailTransaction, retailTransactionSchema, sumsViolation } from '../transaction/retail-transaction.ts';
import type { Entry } from './envelope.ts';

/** What an entry says, once its kind and version are known. Old versions stay readable for ever. */
export type Fact =
  | { kind: 'retail-transaction'; body: RetailTransaction }
  | { kind: 'goods-received'; body: GoodsReceived }
  | { kind: 'stock-adjusted'; body: StockAdjusted };
export type FactKind = Fact['kind'];

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

/** Reads an entry's body. Pure; the server's posting and the till's pending effects both start here. */
export function factOf(
  entry: Pick<Entry, 'kind' | 'version' | 'body'>,
): Result<Fact, { code: UnpostableCode; detail: string }> {
  const { kind } = entry;
  if (kind !== 'retail-transaction' && kind !== 'goods-received' && kind !== 'stock-adjusted') {
    return fail({ code: 'unknown-kind', detail: kind });
  }
  if (entry.version !== 1)
    return fail({
      code: 'unknown-version',
      detail: `${kind} ${entry.version}`,
    });
  if (kind === 'goods-received') {
    const body = parsed(goodsReceivedSchema, entry.body);
    return body.ok ? ok({ kind, body: body.value }) : body;
  }
  if (kind === 'stock-adjusted') {
    const body = parsed(stockAdjustedSchema, entry.body);
    return body.ok ? ok({ kind, body: body.value }) : body;
  }
  const body = parsed(retailTransactionSchema, entry.body);
  if (!body.ok) return body;
  const violation = sumsViolation(body.value);
  return violation === null ? ok({ kind, body: body.value }) : fail({ code: 'sums-differ', detail: violation });
}
