import {
  type ReturnList,
  returnAnswerSchema,
  returnListSchema,
  type SupplierReturnDetail,
} from '#schemas/api/supplier-returns.ts';
import type { SupplierReturnStep } from '#schemas/procurement/return.ts';
import { LiveList } from './live-list.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import { type PaperAsk, Saying } from './paper-desk.svelte.ts';

/** What goes back, on the screen of one side; `ask` goes on after `…/returns`. */
export class ReturnDesk {
  readonly list: LiveList<ReturnList, SupplierReturnDetail>;
  readonly #ask: PaperAsk;
  readonly #saying: Saying;

  constructor(ask: PaperAsk) {
    this.#ask = ask;
    this.list = new LiveList({
      ask: (before) => ask(before ? `?${new URLSearchParams({ before })}` : '', returnListSchema),
      rowsOf: ({ returns }: ReturnList) => returns,
      idOf: ({ returnId }: SupplierReturnDetail) => returnId,
    });
    this.#saying = new Saying(() => this.list.refresh());
  }

  /** Why the last thing that was said did not come about. */
  get failure(): ApiFailure['code'] | null {
    return this.#saying.failure;
  }
  get isBusy(): boolean {
    return this.#saying.isBusy;
  }

  /** [RT1] Says it of the version that is on screen. */
  take({ returnId, version }: SupplierReturnDetail, step: SupplierReturnStep): Promise<boolean> {
    const call = { method: 'POST', body: { version, step } } as const;
    return this.#saying.say(() => this.#ask(`/${returnId}/steps`, returnAnswerSchema, call));
  }
}
