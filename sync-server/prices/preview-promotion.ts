import type { PromotionPreview, PromotionProblem } from '#schemas/api/promotions.ts';
import type { QuoteRequest } from '#schemas/api/quote.ts';
import { compilePromotions } from '#schemas/pricing/compile-promotions.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import type { PriceBooks } from './price-book.ts';
import { promotionProblems } from './promotion-problems.ts';
import { nameLines, quoteNamed, type TicketRefusal } from './quote-ticket.ts';

type Asked = { promotion: Promotion; ticket: QuoteRequest };
type Store = { merchantId: string; storeId: string; currency: string };
type Refusal = { code: 'promotion-refused'; problems: PromotionProblem[] } | TicketRefusal;

/** What a ticket costs without a promotion and with it, instead of the one that has its id now. Nothing is written. */
export async function previewPromotion(
  context: ServerContext,
  books: PriceBooks,
  store: Store,
  { promotion, ticket }: Asked,
): Promise<Result<PromotionPreview, Refusal>> {
  const { pool } = context.database;
  const { merchantId, storeId } = store;
  const nowMs = context.nowMs();
  const problems = await promotionProblems(pool, store, promotion, { nowMs: ticket.atMs ?? nowMs, isThere: true });
  if (problems.length > 0) return fail({ code: 'promotion-refused', problems });
  const named = await nameLines(pool, merchantId, ticket.lines);
  if (!named.ok) return named;
  const book = await books.open(merchantId, storeId, named.value.skuIds);
  const others = book.promotions.promotions.filter(({ promotionId }) => promotionId !== promotion.promotionId);
  const quoteWith = (promotions: readonly Promotion[]) =>
    quoteNamed(book, ticket, named.value, nowMs, compilePromotions(promotions));
  const without = quoteWith(others);
  if (!without.ok) return without;
  const quoted = quoteWith([...others, promotion]);
  if (!quoted.ok) return quoted;
  return ok({ without: without.value, with: quoted.value });
}
