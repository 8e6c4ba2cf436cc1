import { type ApprovalAsk, type ApprovalState, approvalStateSchema } from '#schemas/api/approvals.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { RemoteApprovalFailure, RemoteApprovals } from './till-types.ts';

const patienceMs = 10_000;

/** Asks for a second person on a manager's screen, over the till's own token (schemas/api/approvals.ts). */
export class ApprovalRequest implements RemoteApprovals {
  readonly #options: Omit<FeedRequestOptions, 'nowMs'>;

  constructor(options: Omit<FeedRequestOptions, 'nowMs'>) {
    this.#options = options;
  }

  ask(asked: ApprovalAsk): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    return this.#send('', { method: 'POST', body: JSON.stringify(asked) }, AbortSignal.timeout(patienceMs));
  }

  state(requestId: string, waitMs: number, signal: AbortSignal): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    const timeout = AbortSignal.timeout(waitMs + patienceMs);
    return this.#send(`/${requestId}?waitMs=${waitMs}`, {}, AbortSignal.any([signal, timeout]));
  }

  cancel(requestId: string): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    return this.#send(`/${requestId}/cancel`, { method: 'POST', body: '{}' }, AbortSignal.timeout(patienceMs));
  }

  async #send(
    path: string,
    init: Pick<RequestInit, 'method' | 'body'>,
    signal: AbortSignal,
  ): Promise<Result<ApprovalState, RemoteApprovalFailure>> {
    const { baseUrl, storeId, token, fetch } = this.#options;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${baseUrl}/feed/${storeId}/approvals${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          [protocolHeader]: String(protocolVersion),
        },
        cache: 'no-store',
        signal,
      });
      body = await response.json();
    } catch {
      return fail({ code: 'offline' });
    }
    const state = approvalStateSchema.safeParse(body);
    if (response.ok && state.success) return ok(state.data);
    const refusal = apiErrorSchema.safeParse(body);
    return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
  }
}
