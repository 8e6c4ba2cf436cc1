import {
  type CycleSuggestion,
  cycleSuggestionSchema,
  type PlanCount,
  planCountAnswerSchema,
} from '#schemas/api/counts.ts';
import type { Office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import type { ArticlesForm } from './promotion-form.ts';
import { zonedMs } from './zoned-time.ts';

/** What a stock-take is to be of: everything, some places, some goods, or what is due by value and time. */
export const planSubjects = ['all', 'places', 'goods', 'cycle'] as const;
export type PlanSubject = (typeof planSubjects)[number];
export type PlanProblem = 'name' | 'places' | 'goods' | 'deadline';

/** A stock-take that is being planned. Nothing is lost by looking at another subject, nor when the server refuses. */
export class CountPlan {
  readonly #office: Pick<Office, 'ask' | 'store'>;
  readonly form = $state({
    name: '',
    subject: 'all' as PlanSubject,
    placeIds: [] as string[],
    articles: { skuIds: [], categoryIds: [], brands: [] } as ArticlesForm,
    /** SKUs as they were pasted. */
    pasted: '',
    cycleSkuIds: [] as string[],
    isBlind: true,
    passes: 1 as 1 | 2,
    deadline: '',
    operatorIds: [] as string[],
  });
  #suggestion = $state.raw<CycleSuggestion | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);
  #isChecked = $state(false);

  constructor(office: Pick<Office, 'ask' | 'store'>) {
    this.#office = office;
  }

  get suggestion(): CycleSuggestion | null {
    return this.#suggestion;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What is wrong, once somebody has tried to open it. */
  hasProblem(problem: PlanProblem): boolean {
    return this.#isChecked && this.#problems().has(problem);
  }

  /** What is due, the most overdue first; the first of them are chosen. */
  async suggest(limit: number): Promise<void> {
    const answer = await this.#office.ask(`counts/cycle?limit=${limit}`, cycleSuggestionSchema);
    this.#failure = answer.ok ? null : answer.error.code;
    if (!answer.ok) return;
    this.#suggestion = answer.value;
    this.form.cycleSkuIds = answer.value.skus
      .filter(({ dueHundredths }) => dueHundredths >= 100)
      .map((sku) => sku.skuId);
  }

  /** The new stock-take's id; null: not opened, the form says why. */
  async open(): Promise<string | null> {
    this.#isChecked = true;
    if (this.#isBusy || this.#problems().size > 0) return null;
    this.#isBusy = true;
    const answer = await this.#office.ask('counts', planCountAnswerSchema, { method: 'POST', body: this.#body() });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    return answer.ok ? answer.value.countId : null;
  }

  #deadlineMs(): number | null {
    return zonedMs(this.form.deadline, this.#office.store?.timeZone ?? 'UTC');
  }

  #problems(): Set<PlanProblem> {
    const { name, subject, placeIds, deadline } = this.form;
    const { skuIds, categoryIds, brands } = this.#scope();
    const wrong: [PlanProblem, boolean][] = [
      ['name', name.trim() === ''],
      ['places', subject === 'places' && placeIds.length === 0],
      [
        'goods',
        (subject === 'goods' || subject === 'cycle') && skuIds.length + categoryIds.length + brands.length === 0,
      ],
      ['deadline', deadline !== '' && this.#deadlineMs() === null],
    ];
    return new Set(wrong.flatMap(([problem, isWrong]) => (isWrong ? [problem] : [])));
  }

  #scope(): PlanCount['scope'] {
    const { subject, placeIds, articles, pasted, cycleSkuIds } = this.form;
    const scope = { placeIds: [], skuIds: [], categoryIds: [], brands: [] };
    switch (subject) {
      case 'all':
        return scope;
      case 'places':
        return { ...scope, placeIds: [...placeIds] };
      case 'goods':
        return {
          ...scope,
          categoryIds: [...articles.categoryIds],
          brands: [...articles.brands],
          skuIds: [...new Set([...articles.skuIds, ...skusIn(pasted)])],
        };
      case 'cycle':
        return { ...scope, skuIds: [...cycleSkuIds] };
    }
  }

  #body(): PlanCount {
    const { name, subject, isBlind, passes, operatorIds } = this.form;
    return {
      name: name.trim(),
      scope: this.#scope(),
      isBlind,
      passes,
      deadlineAtMs: this.#deadlineMs(),
      operatorIds: [...operatorIds],
      reason: subject === 'cycle' ? 'cycle' : 'plan',
    };
  }
}

/** One a line, or with commas, as they are pasted out of a table. */
export function skusIn(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((sku) => sku.trim())
    .filter((sku) => sku !== '');
}
