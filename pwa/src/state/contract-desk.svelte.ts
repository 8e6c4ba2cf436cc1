import { type ContractDetail, contractAnswerSchema, contractDetailSchema } from '#schemas/api/contracts.ts';
import type { ContractStep } from '#schemas/procurement/contract.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { Live } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import type { OrderAsk } from './order-desk.svelte.ts';

/** A contract on the screen of one side. */
export class ContractDesk {
  readonly side: OrderSide;
  readonly live: Live<ContractDetail>;
  readonly #ask: OrderAsk;
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  constructor(side: OrderSide, ask: OrderAsk) {
    this.side = side;
    this.#ask = ask;
    this.live = new Live(() => ask('', contractDetailSchema));
  }

  /** Why the last thing that was said did not come about. `conflict`: the other side was first. */
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** [CO1] Says it of the version that is on screen. Answers whether it was taken. */
  async take(step: ContractStep): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const body = { version: this.live.answer?.version ?? 0, step };
    const answer = await this.#ask('', contractAnswerSchema, { method: 'POST', body });
    this.#failure = answer.ok ? null : answer.error.code;
    await this.live.refresh();
    this.#isBusy = false;
    return answer.ok;
  }
}
