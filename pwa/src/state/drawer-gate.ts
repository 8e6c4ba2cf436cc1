import type { Approval } from '#schemas/policy/approval.ts';
import type { ApprovalNeed, Approvals } from './approvals.svelte.ts';
import type { Session } from './session.svelte.ts';

export type DrawerRight = Extract<ApprovalNeed['right'], 'run-shift' | 'move-cash' | 'read-drawer'>;

/** Lets the work at the drawer through, and asks for a second person where the operator may not do it alone. */
export class DrawerGate {
  readonly #session: Session;
  readonly #approvals: Approvals;

  constructor(session: Session, approvals: Approvals) {
    this.#session = session;
    this.#approvals = approvals;
  }

  mayAlone(right: DrawerRight): boolean {
    return this.#session.may(right);
  }

  /** Who may do it now, with the other person's word where it took one; null when nobody said yes. */
  async pass(
    right: DrawerRight,
    detail: readonly string[],
  ): Promise<{ operatorId: string; approvals: Approval[] } | null> {
    const operatorId = this.#session.operator?.operatorId;
    if (operatorId === undefined) return null;
    if (this.#session.may(right)) return { operatorId, approvals: [] };
    const texts = detail.map((text) => text.slice(0, 200).toWellFormed());
    const approval = await this.#approvals.request({ right, reason: null, detail: texts });
    if (approval === null || this.#session.operator?.operatorId !== operatorId) return null;
    return { operatorId, approvals: [approval] };
  }
}
