import type { z } from 'zod';
import type { PersonKey } from '#schemas/members/sealed-person.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import {
  type CouponUse,
  couponUseSchema,
  type MemberFinding,
  type MemberPurchases,
  memberFindingSchema,
  memberPointsSchema,
  memberPurchasesSchema,
  memberUsesSchema,
  type PromotionUse,
  personKeysSchema,
} from '#schemas/sync/till-members.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LookUpFailure } from './till-types.ts';

/** The customer stands there. */
const patienceMs = 4_000;
const backgroundMs = 8_000;

/** What a till asks the server about members (schemas/sync/till-members.ts). No phone and no name stands in an address. */
export class MemberRequests {
  readonly #server: Omit<FeedRequestOptions, 'nowMs'>;

  constructor(server: Omit<FeedRequestOptions, 'nowMs'>) {
    this.#server = server;
  }

  /** Null: it gave none. */
  async keys(unused: number): Promise<readonly PersonKey[] | null> {
    const answer = await this.#ask('person-keys', { unused }, personKeysSchema, backgroundMs);
    return answer.ok ? answer.value.keys : null;
  }

  async find(q: string): Promise<Result<MemberFinding['members'], LookUpFailure>> {
    const answer = await this.#ask('members/find', { q }, memberFindingSchema, patienceMs);
    return answer.ok ? ok(answer.value.members) : answer;
  }

  async purchases(memberId: string): Promise<Result<MemberPurchases['purchases'], LookUpFailure>> {
    const answer = await this.#ask('members/purchases', { memberId }, memberPurchasesSchema, patienceMs);
    return answer.ok ? ok(answer.value.purchases) : answer;
  }

  async couponUse(couponId: string): Promise<Result<CouponUse['use'], LookUpFailure>> {
    const answer = await this.#ask('members/coupon', { couponId }, couponUseSchema, patienceMs);
    return answer.ok ? ok(answer.value.use) : answer;
  }

  async points(memberId: string): Promise<Result<number | null, LookUpFailure>> {
    const answer = await this.#ask('members/points', { memberId }, memberPointsSchema, patienceMs);
    return answer.ok ? ok(answer.value.available) : answer;
  }

  async uses(memberId: string): Promise<Result<PromotionUse[], LookUpFailure>> {
    const answer = await this.#ask('members/uses', { memberId }, memberUsesSchema, patienceMs);
    return answer.ok ? ok(answer.value.uses) : answer;
  }

  async #ask<Answer>(
    path: string,
    question: object,
    schema: z.ZodType<Answer>,
    waitMs: number,
  ): Promise<Result<Answer, LookUpFailure>> {
    const { baseUrl, storeId, token, fetch } = this.#server;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${baseUrl}/feed/${storeId}/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          [protocolHeader]: String(protocolVersion),
        },
        body: JSON.stringify(question),
        cache: 'no-store',
        signal: AbortSignal.timeout(waitMs),
      });
      body = await response.json();
    } catch {
      return fail({ code: 'offline' });
    }
    const answer = schema.safeParse(body);
    if (response.ok && answer.success) return ok(answer.data);
    const refusal = apiErrorSchema.safeParse(body);
    return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
  }
}
