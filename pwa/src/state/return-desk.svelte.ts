import {
  type ReturnList,
  returnAnswerSchema,
  returnListSchema,
  type SupplierReturnDetail,
} from '#schemas/api/supplier-returns.ts';
import type { SupplierReturnStep } from '#schemas/procurement/return.ts';
import { LiveList } from './live-list.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import type { OrderAsk } from './order-desk.svelte.ts';

/** What goes back, on the screen of one side; `ask` goes on after `…/returns`. */
export class ReturnDesk {
  readonly list: LiveList<ReturnList, SupplierReturnDetail>;
  readonly #ask: OrderAsk;
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  constructor(ask: OrderAsk) {
    this.#ask = ask;
    this.list = new LiveList({
      ask: (before) => ask(before ? `?${new URLSearchParams({ before })}` : '', returnListSchema),
      rowsOf: ({ returns }: ReturnList) => returns,
      idOf: ({ returnId }: SupplierReturnDetail) => returnId,
    });
  }

  /** Why the last thing that was said did not come about. */
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** [RT1] Says it of the version that is on screen. */
  async take({ returnId, version }: SupplierReturnDetail, step: SupplierReturnStep): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const body = { version, step };
    const answer = await this.#ask(`/${returnId}/steps`, returnAnswerSchema, { method: 'POST', body });
    this.#failure = answer.ok ? null : answer.error.code;
    await this.list.refresh();
    this.#isBusy = false;
    return answer.ok;
  }
}
