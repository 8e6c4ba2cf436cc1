import type { z } from 'zod';
import type { OrderSide } from '#schemas/procurement/order.ts';
import type { Result } from '#schemas/result.ts';
import { Live } from './office.svelte.ts';
import type { ApiCall, ApiFailure } from './office-api.ts';

/** A request about one paper of the two sides; `path` goes on after its id. */
export type PaperAsk = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  call?: ApiCall,
) => Promise<Result<z.infer<Schema>, ApiFailure>>;

/** One thing is said at a time, and what came of it is kept for the screen. */
export class Saying {
  readonly #refresh: () => Promise<unknown>;
  #failure = $state<ApiFailure['code'] | null>(null);
  #isBusy = $state(false);

  /** `refresh`: reads anew what is on screen, whatever came of it. */
  constructor(refresh: () => Promise<unknown>) {
    this.#refresh = refresh;
  }

  /** Why the last thing that was said did not come about. `conflict`: the other side was first; what is shown is new. */
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Answers whether it was taken; false as well while another is under way. An ask that throws leaves nothing busy. */
  async say(ask: () => Promise<Result<unknown, ApiFailure>>): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    try {
      const answer = await ask();
      this.fail(answer.ok ? null : answer.error.code);
      await this.#refresh();
      return answer.ok;
    } finally {
      this.#isBusy = false;
    }
  }

  fail(code: ApiFailure['code'] | null): void {
    this.#failure = code;
  }
}

/** One paper (an order, a contract, a statement, a complaint) on the screen of one side. */
export class PaperDesk<Detail extends z.ZodType<{ version: number }>> {
  readonly side: OrderSide;
  readonly live: Live<z.infer<Detail>>;
  /** Goes on after the paper. */
  readonly ask: PaperAsk;
  readonly saying: Saying;

  constructor(side: OrderSide, ask: PaperAsk, detail: Detail) {
    this.side = side;
    this.ask = ask;
    this.live = new Live(() => ask('', detail));
    this.saying = new Saying(() => this.live.refresh());
  }

  get failure(): ApiFailure['code'] | null {
    return this.saying.failure;
  }
  get isBusy(): boolean {
    return this.saying.isBusy;
  }
  /** [OR5] The one that is on screen, of which things are said. */
  get version(): number {
    return this.live.answer?.version ?? 0;
  }

  post(path: string, schema: z.ZodType, body: object): Promise<boolean> {
    return this.saying.say(() => this.ask(path, schema, { method: 'POST', body }));
  }
}
