import { type PromotionPreview, promotionPreviewSchema } from '#schemas/api/promotions.ts';
import { type QuoteProblem, quoteRefusedSchema } from '#schemas/api/quote.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import { zonedMs } from './zoned-time.ts';

export type TrialLine = { skuId: string; quantity: number };

/**
 * Goods put together to see what a customer would pay with a promotion and without it. The server prices them by the function
 * that the till prices with (M2), among all other promotions.
 */
export class PromotionTrial {
  readonly fields = $state({ lines: [] as TrialLine[], tier: '', coupons: '', at: '', channel: 'store' });
  #preview = $state.raw<PromotionPreview | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #problems = $state.raw<readonly QuoteProblem[]>([]);
  #asked = 0;

  /** With the promotion and without; null: not asked, or something has no price. */
  get preview(): PromotionPreview | null {
    return this.#preview;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get problems(): readonly QuoteProblem[] {
    return this.#problems;
  }

  add(skuId: string): void {
    const known = this.fields.lines.find((line) => line.skuId === skuId);
    if (known) known.quantity += 1;
    else this.fields.lines.push({ skuId, quantity: 1 });
  }

  change(skuId: string, by: number): void {
    const line = this.fields.lines.find((one) => one.skuId === skuId);
    if (!line) return;
    line.quantity += by;
    if (line.quantity < 1) this.fields.lines = this.fields.lines.filter((one) => one !== line);
  }

  async ask(promotion: Promotion | null): Promise<void> {
    const { lines, tier, coupons, at, channel } = this.fields;
    this.#asked += 1;
    const asked = this.#asked;
    if (promotion === null || lines.length === 0) {
      this.#preview = null;
      this.#problems = [];
      return;
    }
    const atMs = zonedMs(at, office.store?.timeZone ?? 'UTC');
    const ticket = {
      channel,
      memberTier: tier.trim() === '' ? null : tier.trim(),
      couponIds: coupons.split(/[\s,，]+/).filter((coupon) => coupon !== ''),
      ...(atMs !== null && { atMs }),
      lines: lines.map((line) => ({ ...line })),
    };
    const call = { method: 'POST' as const, body: { promotion, ticket } };
    const answer = await office.ask('promotions/preview', promotionPreviewSchema, call);
    if (asked !== this.#asked) return;
    this.#preview = answer.ok ? answer.value : null;
    const refused = answer.ok ? null : quoteRefusedSchema.safeParse(answer.error.refused);
    this.#problems = refused?.success ? refused.data.problems : [];
    this.#failure = answer.ok || this.#problems.length > 0 ? null : answer.error.code;
  }
}
