import type { Approval } from '#schemas/policy/approval.ts';
import type { ApprovalNeed, Approvals } from './approvals.svelte.ts';
import type { Session } from './session.svelte.ts';

export type StockRight = Extract<
  ApprovalNeed['right'],
  'receive-goods' | 'adjust-stock' | 'label-units' | 'move-goods' | 'transfer-goods' | 'announce-delivery'
>;

/** Somebody who may do it, alone or by another's word. */
export type Allowed = { operatorId: string; approvals: Approval[] };

/** Lets the work of the stock room through, and asks for a second person where the operator may not do it alone. */
export class StockGate {
  readonly #session: Session;
  readonly #approvals: Approvals;

  constructor(session: Session, approvals: Approvals) {
    this.#session = session;
    this.#approvals = approvals;
  }

  mayAlone(right: StockRight | 'count-stock'): boolean {
    return this.#session.may(right);
  }

  get operatorId(): string | null {
    return this.#session.operator?.operatorId ?? null;
  }

  /** Who counts; null: nobody who may. Counting changes no stock, so no second person is asked for it. */
  get counter(): string | null {
    return this.#session.may('count-stock') ? this.operatorId : null;
  }

  /** What may be done with the approvals that were given already; null: somebody has to be asked. */
  allowed(right: StockRight, given: readonly Approval[]): Allowed | null {
    const operatorId = this.#session.operator?.operatorId;
    if (operatorId === undefined) return null;
    if (this.#session.may(right)) return { operatorId, approvals: [] };
    const approval = given.findLast((one) => one.right === right && one.operatorId !== operatorId);
    return approval === undefined ? null : { operatorId, approvals: [approval] };
  }

  /** As `allowed`, asking where it must; null when nobody said yes. `detail`: what it is about. */
  async pass(right: StockRight, given: readonly Approval[], detail: readonly string[]): Promise<Allowed | null> {
    const allowed = this.allowed(right, given);
    const asker = this.#session.operator?.operatorId;
    if (allowed !== null || asker === undefined) return allowed;
    const texts = detail.slice(0, 10).map((text) => text.slice(0, 200).toWellFormed());
    const approval = await this.#approvals.request({ right, reason: null, detail: texts });
    if (approval === null || this.#session.operator?.operatorId !== asker) return null;
    return { operatorId: asker, approvals: [approval] };
  }
}
