import { type ApprovalState, type approvableRights, maxMeasures } from '#schemas/api/approvals.ts';
import {
  type Approval,
  type ApprovalMethod,
  type ApprovalSignature,
  approvalSignatureSchema,
} from '#schemas/policy/approval.ts';
import { approvalChallenge } from '#schemas/policy/approval-challenge.ts';
import type { Measure } from '#schemas/policy/limits.ts';
import { mayApproveAtAge } from '#schemas/policy/staff-age.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { toBase64url } from '../db/base64url.ts';
import { checkPasskey, type PasskeyAssertion } from '../db/passkey-check.ts';
import type { BadgeFailure, RemoteApprovalFailure, SignInFailure, Till } from '../db/till-types.ts';
import type { PasskeyDevice } from './passkey-device.ts';
import { rowAllows } from './staff-limits.ts';

/** What somebody may not do alone. */
export type ApprovalNeed = {
  right: (typeof approvableRights)[number];
  /** Why, where the asker has said it already. */
  reason: string | null;
  /** What it is about: lines of text, as the second person reads them. */
  detail: readonly string[];
  /** How much of it, where there are limits. */
  measures?: readonly Measure[];
};

export type ApprovalFailure =
  | SignInFailure
  | BadgeFailure
  /** `passkey-failed`: the person or the device said no; `passkey-refused`: what it signed does not count here. */
  | { code: 'passkey-failed' | 'passkey-refused' }
  /** Nobody approves what they ask for themselves. */
  | { code: 'own-approval' }
  | { code: 'approver-lacks-right'; name: string };

/** A request on the managers' screens. `untilMs`: device clock. */
export type RemoteRequest =
  | { phase: 'asking' }
  | { phase: 'waiting'; requestId: string; untilMs: number }
  | { phase: 'denied'; name: string }
  | { phase: 'expired' }
  | { phase: 'failed'; code: RemoteApprovalFailure['code'] };

export type ApprovalsOptions = {
  till: () => Till | null;
  staff: () => readonly StaffRow[];
  /** Who asks; null where nobody is signed in. */
  operatorId: () => string | null;
  newId: () => string;
  /** The device's clock. */
  nowMs: () => number;
  /** Null where this browser, at this address, cannot use passkeys. */
  passkeys: PasskeyDevice | null;
  signal: (sound: 'good' | 'bad') => void;
  pause?: (ms: number) => Promise<void>;
};

/** What was signed for is what goes on record, with the signature. */
type Said = Pick<Approval, 'reason' | 'approvedAtMs' | 'signed'>;

const waitMs = 25_000;
const retryMs = 1_000;

/** Asks for a second person: one request at a time, answered on the spot or on a manager's screen. */
export class Approvals {
  readonly #options: ApprovalsOptions;
  #need = $state.raw<ApprovalNeed | null>(null);
  #failure = $state.raw<ApprovalFailure | null>(null);
  #remote = $state.raw<RemoteRequest | null>(null);
  /** Typed in the dialog where the asker has not said why. */
  reason = $state('');
  #answer: (approval: Approval | null) => void = () => undefined;
  #asking = new AbortController();
  #askerId: string | null = null;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  get need(): ApprovalNeed | null {
    return this.#need;
  }
  get failure(): ApprovalFailure | null {
    return this.#failure;
  }
  get remote(): RemoteRequest | null {
    return this.#remote;
  }

  /** Whether the till's staff list is too old to tell who may approve this on the spot. */
  get isListTooOld(): boolean {
    const ageMs = this.#options.till()?.staffListAgeMs() ?? 0;
    return this.#need !== null && !mayApproveAtAge(this.#need.right, ageMs);
  }

  /** Who may approve it on the spot. */
  get approvers(): readonly StaffRow[] {
    const need = this.#need;
    if (need === null || this.isListTooOld) return [];
    return this.#options.staff().filter((row) => row.operatorId !== this.#options.operatorId() && mayAlone(row, need));
  }

  /** Resolves with the approval, or null when nobody gave one. */
  request(need: ApprovalNeed): Promise<Approval | null> {
    this.cancel();
    this.#need = need;
    this.#askerId = this.#options.operatorId();
    this.reason = '';
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  cancel(): void {
    this.#finish(null);
  }

  /** Ends a request whose asker is not signed in any longer. */
  follow(): void {
    if (this.#need !== null && this.#options.operatorId() !== this.#askerId) this.cancel();
  }

  async byPin(operatorId: string, pin: string): Promise<ApprovalFailure | null> {
    const need = this.#need;
    const answer = await this.#options.till()?.signIn(operatorId, pin);
    if (!answer || this.#need !== need) return null;
    return answer.ok ? this.#onTheSpot(answer.value, 'pin') : this.#fail(answer.error);
  }

  /** `code` as `badgeCodeOf` leaves it. */
  async byBadge(code: string): Promise<ApprovalFailure | null> {
    const need = this.#need;
    const answer = await this.#options.till()?.staffOfBadge(code);
    if (!answer || this.#need !== need) return null;
    return answer.ok ? this.#onTheSpot(answer.value, 'badge') : this.#fail(answer.error);
  }

  /** Whether a person can approve with a passkey here. */
  hasPasskey({ passkeys = [] }: StaffRow): boolean {
    return this.#options.passkeys !== null && passkeys.length > 0;
  }

  /** The device asks its owner and signs for this approval alone; the signature is checked here, offline too. */
  async byPasskey(operatorId: string): Promise<ApprovalFailure | null> {
    const { till, passkeys: device, staff } = this.#options;
    const [need, paired] = [this.#need, till()];
    const person = staff().find((row) => row.operatorId === operatorId);
    if (need === null || !paired || !device || !person) return null;
    const { storeId, tillNumber } = paired.identity;
    const said = { reason: this.#reasonOf(need), approvedAtMs: Math.round(paired.nowMs()) };
    const random = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
    const about = { right: need.right, reason: said.reason, storeId, tillNumber, atMs: said.approvedAtMs, random };
    const challenge = await approvalChallenge(about);
    const known = person.passkeys ?? [];
    const credentialIds = known.map(({ credentialId }) => credentialId);
    const assertion = await device.sign(challenge, credentialIds, this.#asking.signal);
    if (this.#need !== need) return null;
    if (assertion === null) return this.#fail({ code: 'passkey-failed' });
    const { origin, rpId } = device;
    const checked = await checkPasskey(assertion, known, { challenge, origin, rpId });
    if (this.#need !== need) return null;
    const signed = approvalSignatureSchema.safeParse(inText(assertion, random));
    if (!checked.ok || !signed.success) return this.#fail({ code: 'passkey-refused' });
    return this.#onTheSpot(person, 'passkey', { ...said, signed: signed.data });
  }

  /** Puts the request on the managers' screens and waits for one of them. */
  async askManagers(): Promise<void> {
    const { till, operatorId, newId, nowMs } = this.#options;
    const asker = operatorId();
    const remote = till()?.remoteApprovals;
    const need = this.#need;
    if (!remote || need === null || asker === null) return;
    this.#endRemote();
    const { signal } = this.#asking;
    this.#remote = { phase: 'asking' };
    const { right, detail, measures = [] } = need;
    const requestId = newId();
    const reason = this.#reasonOf(need);
    const asked = await remote.ask({
      ...{ requestId, operatorId: asker, right, reason, detail: [...detail] },
      // One that was there before there were limits asks as it always did.
      ...(measures.length > 0 && { measures: measures.slice(0, maxMeasures) }),
    });
    if (signal.aborted) {
      if (asked.ok) void remote.cancel(requestId);
      return;
    }
    if (!asked.ok) {
      this.#remote = { phase: 'failed', code: asked.error.code };
      return;
    }
    const untilMs = nowMs() + asked.value.expiresAtMs - asked.value.serverTimeMs;
    this.#remote = { phase: 'waiting', requestId, untilMs };
    await this.#waitFor(requestId, untilMs, signal);
  }

  /** The asker does not wait for a manager any longer; the dialog stays. */
  stopWaiting(): void {
    this.#endRemote();
  }

  async #waitFor(requestId: string, untilMs: number, signal: AbortSignal): Promise<void> {
    const { till, nowMs, pause = sleep } = this.#options;
    while (!signal.aborted) {
      const state = await till()?.remoteApprovals.state(requestId, waitMs, signal);
      if (signal.aborted || !state) return;
      if (state.ok && state.value.status !== 'waiting') {
        this.#decided(state.value);
        return;
      }
      if (!state.ok) {
        // The line may be back before the time is over.
        if (nowMs() > untilMs) {
          this.#remote = { phase: 'failed', code: state.error.code };
          return;
        }
        await pause(retryMs);
      }
    }
  }

  #decided({ requestId, status, decidedBy }: ApprovalState): void {
    if (status === 'approved' && decidedBy !== null) {
      this.#remote = null;
      this.#approve(decidedBy.operatorId, 'remote', undefined, requestId);
    } else if (status === 'denied') {
      this.#remote = { phase: 'denied', name: decidedBy?.name ?? '' };
      this.#options.signal('bad');
    } else {
      this.#remote = { phase: 'expired' };
    }
  }

  /** [A1] A second person on the spot: another one, with the right, by a list that is young enough for it. */
  #onTheSpot(staff: StaffRow, method: ApprovalMethod, said?: Said): ApprovalFailure | null {
    if (staff.operatorId === this.#options.operatorId()) return this.#fail({ code: 'own-approval' });
    if (!this.approvers.some(({ operatorId }) => operatorId === staff.operatorId)) {
      return this.#fail({ code: 'approver-lacks-right', name: staff.name });
    }
    this.#approve(staff.operatorId, method, said);
    return null;
  }

  #approve(operatorId: string, method: ApprovalMethod, said?: Said, requestId?: string): void {
    this.follow();
    const till = this.#options.till();
    const need = this.#need;
    if (!till || need === null) return;
    this.#options.signal('good');
    this.#finish({
      right: need.right,
      operatorId,
      method,
      reason: said?.reason ?? this.#reasonOf(need),
      approvedAtMs: said?.approvedAtMs ?? Math.round(till.nowMs()),
      staffListAgeMs: till.staffListAgeMs(),
      ...(requestId !== undefined && { requestId }),
      ...(said?.signed !== undefined && { signed: said.signed }),
    });
  }

  #fail(failure: ApprovalFailure): ApprovalFailure {
    this.#failure = failure;
    this.#options.signal('bad');
    return failure;
  }

  #reasonOf(need: ApprovalNeed): string {
    return need.reason ?? this.reason.trim().slice(0, 200).toWellFormed();
  }

  #finish(approval: Approval | null): void {
    this.#endRemote();
    this.#need = null;
    this.#failure = null;
    const answer = this.#answer;
    this.#answer = () => undefined;
    answer(approval);
  }

  #endRemote(): void {
    const remote = this.#remote;
    this.#remote = null;
    this.#asking.abort();
    this.#asking = new AbortController();
    // Should it not arrive, the request ends by itself.
    if (remote?.phase === 'waiting') void this.#options.till()?.remoteApprovals.cancel(remote.requestId);
  }
}

/** [A1] Whether a person may approve it: whose limits do not reach as far, says yes to nothing. */
function mayAlone(row: StaffRow, { right, measures = [] }: ApprovalNeed): boolean {
  return measures.length === 0
    ? row.rights.includes(right)
    : measures.every((measure) => rowAllows(row, { right, measure }));
}

function inText(assertion: PasskeyAssertion, random: string): ApprovalSignature {
  const { credentialId, clientDataJson, authenticatorData, signature } = assertion;
  return {
    credentialId,
    random,
    clientDataJson: toBase64url(clientDataJson),
    authenticatorData: toBase64url(authenticatorData),
    signature: toBase64url(signature),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
