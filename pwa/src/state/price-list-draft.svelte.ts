import { z } from 'zod';
import { type ListRefused, listRefusedSchema, priceListsSchema } from '#schemas/api/prices.ts';
import type { PriceListRow } from '#schemas/rows/rows.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import {
  type ListField,
  type ListProblem,
  listFormOf,
  newListForm,
  type PriceListForm,
  priceListOf,
} from './price-list-form.ts';

/** A price list that is made or changed. What was typed stays, whatever the server says. */
export class PriceListDraft {
  readonly form: PriceListForm;
  readonly priceListId: string;
  readonly #currency: string;
  readonly #result = $derived.by(() => {
    const timeZone = office.store?.timeZone ?? 'UTC';
    return priceListOf(this.form, { priceListId: this.priceListId, currency: this.#currency, timeZone });
  });
  #wasTried = $state(false);
  #isBusy = $state(false);
  #failure = $state<ApiFailure['code'] | null>(null);
  #refused = $state.raw<ListRefused['problems']>([]);

  constructor(currency: string, known: PriceListRow | null) {
    this.priceListId = known?.priceListId ?? crypto.randomUUID();
    this.#currency = currency;
    this.form = $state(known === null ? newListForm() : listFormOf(known, office.store?.timeZone ?? 'UTC'));
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get refused(): ListRefused['problems'] {
    return this.#refused;
  }

  problemOf(field: ListField): ListProblem['code'] | null {
    if (!this.#wasTried || this.#result.ok) return null;
    return this.#result.error.problems.find((problem) => problem.field === field)?.code ?? null;
  }

  /** Whether it is saved. */
  async save(): Promise<boolean> {
    this.#wasTried = true;
    if (!this.#result.ok || this.#isBusy) return false;
    this.#isBusy = true;
    const path = `price-lists/${encodeURIComponent(this.priceListId)}`;
    const answer = await office.ask(path, z.object({}), { method: 'PUT', body: { list: this.#result.value } });
    this.#isBusy = false;
    this.#failure = answer.ok ? null : answer.error.code;
    const refused = answer.ok ? null : listRefusedSchema.safeParse(answer.error.refused);
    this.#refused = refused?.success ? refused.data.problems : [];
    return answer.ok;
  }
}

export function readPriceLists() {
  return office.ask('price-lists', priceListsSchema);
}

/** Its prices no longer count from now on; they stay, for the day when it is saved again. */
export function endPriceList(priceListId: string) {
  return office.ask(`price-lists/${encodeURIComponent(priceListId)}/end`, z.object({}), { method: 'POST', body: {} });
}
