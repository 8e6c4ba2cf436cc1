import { z } from 'zod';
import {
  type PromotionDetail,
  type PromotionProblem,
  promotionDetailSchema,
  promotionRefusedSchema,
} from '#schemas/api/promotions.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { Names } from '#schemas/text.ts';
import { GoodsNames } from './goods-names.svelte.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import { type FormField, formOf, newPromotionForm, type PromotionForm } from './promotion-form.ts';
import { type FormProblem, type FormSetting, promotionOf, typedPromotion } from './promotion-of-form.ts';

/** The sentence stands without goods, stores or tiers that are still to be chosen, and without nothing else. */
const tellable: readonly FormProblem['code'][] = ['goods-missing', 'choose-one'];

/** What a promotion says, for its name. */
export type Tell = (promotion: Promotion, names: GoodsNames) => Names;

/** A promotion that is being written or changed. What was typed stays, whatever the server says. */
export class PromotionDraft {
  readonly form: PromotionForm;
  readonly names = new GoodsNames();
  readonly #setting: FormSetting;
  readonly #typed = $derived.by(() => typedPromotion(this.form, this.#setting));
  readonly #result = $derived.by(() => promotionOf(this.form, this.#setting));
  #wasTried = $state(false);
  #isBusy = $state(false);
  #failure = $state<ApiFailure['code'] | null>(null);
  #refused = $state.raw<readonly PromotionProblem[]>([]);

  /** `known`: the one that is changed, or copied. */
  constructor(tell: Tell, currency: string, known: PromotionDetail | null, isCopy = false) {
    const promotionId = known === null || isCopy ? crypto.randomUUID() : known.promotion.promotionId;
    const timeZone = office.store?.timeZone ?? 'UTC';
    const namesFor = (promotion: Promotion) => tell(promotion, this.names);
    this.#setting = { promotionId, currency, timeZone, namesFor };
    const form = known === null ? newPromotionForm() : formOf(known.promotion, timeZone);
    if (known !== null) this.names.learn({ skus: known.goods, categories: known.categories });
    // A copy begins anew, and a name that was made of what it says is made again.
    if (known !== null && isNamedAsTold(known.promotion, namesFor)) form.names = newPromotionForm().names;
    if (isCopy) Object.assign(form, { validFrom: '', validUntil: '' });
    this.form = $state(form);
  }

  get promotionId(): string {
    return this.#setting.promotionId;
  }
  get currency(): string {
    return this.#setting.currency;
  }
  /** What is typed, as far as it can be told; null: it cannot yet. */
  get told(): Promotion | null {
    const { so, problems } = this.#typed;
    return problems.every(({ code }) => tellable.includes(code)) ? so : null;
  }
  /** The promotion, when nothing is wrong with it. */
  get promotion(): Promotion | null {
    return this.#result.ok ? this.#result.value : null;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  /** What the server found wrong. */
  get refused(): readonly PromotionProblem[] {
    return this.#refused;
  }
  /** Of which fields something is wrong, once saving was tried. */
  get problems(): readonly FormProblem[] {
    return this.#wasTried && !this.#result.ok ? this.#result.error.problems : [];
  }

  problemOf(field: FormField): FormProblem['code'] | null {
    return this.problems.find((problem) => problem.field === field)?.code ?? null;
  }

  /** Whether it is saved. */
  async save(): Promise<boolean> {
    this.#wasTried = true;
    const { promotion } = this;
    if (promotion === null || this.#isBusy) return false;
    this.#isBusy = true;
    const path = `promotions/${encodeURIComponent(this.promotionId)}`;
    const answer = await office.ask(path, z.object({}), { method: 'PUT', body: { promotion } });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    const refused = answer.ok ? null : promotionRefusedSchema.safeParse(answer.error.refused);
    this.#refused = refused?.success ? refused.data.problems : [];
    return answer.ok;
  }
}

function isNamedAsTold(promotion: Promotion, tell: (promotion: Promotion) => Names): boolean {
  return promotion.names.en === tell(promotion).en;
}

/** A promotion as it is on record. */
export function readPromotion(promotionId: string) {
  return office.ask(`promotions/${encodeURIComponent(promotionId)}`, promotionDetailSchema);
}

/** It no longer counts from now on. */
export function endPromotion(promotionId: string) {
  return office.ask(`promotions/${encodeURIComponent(promotionId)}/end`, z.object({}), { method: 'POST', body: {} });
}
