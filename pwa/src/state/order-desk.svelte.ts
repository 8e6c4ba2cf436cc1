import type { z } from 'zod';
import { type OrderAnswer, type OrderDetail, orderAnswerSchema, orderDetailSchema } from '#schemas/api/orders.ts';
import { type OrderSide, type OrderStep, type OrderStepName, stepsFor } from '#schemas/procurement/order.ts';
import type { Result } from '#schemas/result.ts';
import { Live } from './office.svelte.ts';
import type { ApiCall, ApiFailure } from './office-api.ts';

/** A request about one order; `path` goes on after its id. */
export type OrderAsk = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  call?: ApiCall,
) => Promise<Result<z.infer<Schema>, ApiFailure>>;

/** One order on the screen of one side. */
export class OrderDesk {
  readonly side: OrderSide;
  readonly live: Live<OrderDetail>;
  readonly #ask: OrderAsk;
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  constructor(side: OrderSide, ask: OrderAsk) {
    this.side = side;
    this.#ask = ask;
    this.live = new Live(() => ask('', orderDetailSchema));
  }

  get order(): OrderDetail | null {
    return this.live.answer;
  }
  /** Why the last thing that was said did not come about. `conflict`: the other side was first; what is shown is new. */
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  may(step: OrderStepName): boolean {
    return this.order !== null && stepsFor(this.order, this.side).includes(step);
  }

  /** [OR5] Says it of the version that is on screen. Answers whether it was taken. */
  take(step: OrderStep): Promise<boolean> {
    return this.#post('/steps', { version: this.order?.version ?? 0, step });
  }

  say(text: string, lineNumber: number | null): Promise<boolean> {
    return this.#post('/messages', { text, lineNumber });
  }

  async #post(path: string, body: object): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const answer: Result<OrderAnswer, ApiFailure> = await this.#ask(path, orderAnswerSchema, { method: 'POST', body });
    this.#failure = answer.ok ? null : answer.error.code;
    await this.live.refresh();
    this.#isBusy = false;
    return answer.ok;
  }
}
