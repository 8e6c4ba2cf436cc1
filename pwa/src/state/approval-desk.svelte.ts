import { z } from 'zod';
import { type ApprovalItem, type ApprovalList, approvableRights, approvalListSchema } from '#schemas/api/approvals.ts';
import type { ApprovalDecision } from '#schemas/policy/approval.ts';
import type { Office } from './office.svelte.ts';
import { office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

/** Shorter than the patience of a request. */
const waitMs = 10_000;
const retryMs = 3_000;

/** Requests of the store's tills on a manager's screen, as they come. */
export class ApprovalDesk {
  readonly #office: Pick<Office, 'ask' | 'may'>;
  readonly #nowMs: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  #list = $state.raw<ApprovalList | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #offsetMs = 0;
  #run = 0;

  constructor(of: Pick<Office, 'ask' | 'may'>, nowMs: () => number, pause = sleep) {
    this.#office = of;
    this.#nowMs = nowMs;
    this.#pause = pause;
  }

  get list(): ApprovalList | null {
    return this.#list;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }

  /** Whether there is anything that this person could be asked for. */
  get isOpen(): boolean {
    return approvableRights.some((right) => this.#office.may(right));
  }

  /** What waits at a moment of the device's clock; one's own requests are not for oneself. */
  waiting(atMs: number): ApprovalItem[] {
    return (this.#list?.requests ?? []).filter(
      (request) => request.status === 'waiting' && this.leftMs(request, atMs) > 0,
    );
  }

  leftMs({ expiresAtMs }: Pick<ApprovalItem, 'expiresAtMs'>, atMs: number): number {
    return Math.max(0, expiresAtMs - this.#offsetMs - atMs);
  }

  /** Waits for news until the returned function is called. */
  start(): () => void {
    this.#run += 1;
    this.#list = null;
    void this.#follow(this.#run);
    return () => {
      this.#run += 1;
    };
  }

  async decide(requestId: string, decision: ApprovalDecision): Promise<ApiFailure['code'] | null> {
    const answer = await this.#office.ask(`approvals/${requestId}`, z.object({}), {
      method: 'POST',
      body: { decision },
    });
    await this.#ask(this.#run, '');
    return answer.ok ? null : answer.error.code;
  }

  async #follow(run: number): Promise<void> {
    while (run === this.#run) {
      const isAnswered = await this.#ask(run, `?known=${this.#list?.version ?? ''}&waitMs=${waitMs}`);
      if (!isAnswered) await this.#pause(retryMs);
    }
  }

  async #ask(run: number, query: string): Promise<boolean> {
    const answer = await this.#office.ask(`approvals${query}`, approvalListSchema);
    if (run !== this.#run) return true;
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) {
      this.#list = answer.value;
      this.#offsetMs = answer.value.serverTimeMs - this.#nowMs();
    }
    return answer.ok;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const approvalDesk = new ApprovalDesk(office, () => Date.now());
