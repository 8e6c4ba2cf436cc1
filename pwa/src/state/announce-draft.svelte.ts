import { type AnnounceAnswer, announceAnswerSchema, maxDeliveryFileBytes } from '#schemas/api/deliveries.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import type { ApiFailure } from './office-api.ts';

/** Who sends what, beside its rows. An empty one is not said. */
export type AnnounceFields = {
  supplierId: string;
  reference: string;
  expectedOn: string;
  placeId: string;
  orderId: string;
};

/**
 * Where it is announced: in the office of a store or, by a supplier's own people, to one of the chain's stores; there perhaps for
 * an order, with what is open of it as the first rows.
 */
export type AnnouncePlace = { storeId: string; supplierId?: string; orderId?: string; rows?: string };

/** A large file takes the server a while. */
const patienceMs = 120_000;

/** Sends a notice to be checked or, without `preview`, to be announced. */
export async function sendNotice(
  { storeId, supplierId }: AnnouncePlace,
  { rows, fields, preview }: { rows: Blob; fields: AnnounceFields; preview: boolean },
  fetch = globalThis.fetch,
): Promise<Result<AnnounceAnswer, ApiFailure>> {
  if (rows.size > maxDeliveryFileBytes) return fail({ code: 'too-large' });
  const query = new URLSearchParams({ preview: preview ? '1' : '0' });
  for (const [name, value] of Object.entries(fields)) if (value.trim() !== '') query.set(name, value.trim());
  const office = supplierId === undefined ? '' : `supplies/${encodeURIComponent(supplierId)}/`;
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`/api/${office}stores/${storeId}/deliveries/csv?${query}`, {
      method: 'POST',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(patienceMs),
      headers: { accept: 'application/json', 'content-type': 'text/csv', [requestedByHeader]: '1' },
      body: rows,
    });
    answer = await response.json();
  } catch {
    return fail({ code: 'offline' });
  }
  const read = announceAnswerSchema.safeParse(answer);
  if (read.success && (response.ok || response.status === 422)) return ok(read.data);
  const refusal = apiErrorSchema.safeParse(answer);
  return fail({ code: refusal.success ? refusal.data.error.code : 'internal' });
}

/** A notice that is being prepared: its rows are checked by the server whenever they change, before they are announced. */
export class AnnounceDraft {
  readonly fields: AnnounceFields = $state({
    ...{ supplierId: '', reference: '', expectedOn: '', placeId: '', orderId: '' },
  });
  readonly #supplierId: string | undefined;
  readonly #send: typeof sendNotice;
  #storeId = $state('');
  #file = $state.raw<File | null>(null);
  #text = $state('');
  #answer = $state.raw<AnnounceAnswer | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isChecking = $state(false);
  #isSending = $state(false);
  #asked = 0;

  constructor({ storeId, supplierId, orderId = '', rows = '' }: AnnouncePlace, send = sendNotice) {
    this.fields.orderId = orderId;
    this.#text = rows;
    this.#storeId = storeId;
    this.#supplierId = supplierId;
    this.#send = send;
  }

  get storeId(): string {
    return this.#storeId;
  }
  get file(): File | null {
    return this.#file;
  }
  get text(): string {
    return this.#text;
  }
  /** What the server says of the rows as they are; null while it does not know them. */
  get answer(): AnnounceAnswer | null {
    return this.#answer;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isChecking(): boolean {
    return this.#isChecking;
  }
  get isSending(): boolean {
    return this.#isSending;
  }
  get hasRows(): boolean {
    return this.#file !== null || this.#text.trim() !== '';
  }
  get mayAnnounce(): boolean {
    const isNamed = this.#supplierId !== undefined || this.fields.supplierId !== '';
    return this.#answer?.summary != null && isNamed && !this.#isSending;
  }

  /** Whose it is; what is a warning is another supplier's or not. */
  choose(supplierId: string): Promise<void> {
    this.fields.supplierId = supplierId;
    return this.check();
  }

  /** Another store has other rules of its own. */
  sendTo(storeId: string): Promise<void> {
    this.#storeId = storeId;
    return this.check();
  }

  /** A file takes the place of what was pasted; null goes back to that. */
  takeFile(file: File | null): Promise<void> {
    this.#file = file;
    return this.check();
  }

  /** The answer to what was there before is gone at once; `check` asks anew. */
  write(text: string): void {
    this.#text = text;
    this.#answer = null;
    this.#failure = null;
  }

  async check(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#answer = null;
    this.#failure = null;
    this.#isChecking = this.hasRows;
    if (!this.hasRows) return;
    const answer = await this.#ask(true);
    if (asked !== this.#asked) return;
    this.#isChecking = false;
    this.#take(answer);
  }

  /** Answers what was announced; null when nothing was, and `answer` or `failure` says why. */
  async announce(): Promise<AnnounceAnswer | null> {
    if (!this.mayAnnounce) return null;
    this.#isSending = true;
    const answer = await this.#ask(false);
    this.#isSending = false;
    this.#take(answer);
    return answer.ok && answer.value.deliveryIds.length > 0 ? answer.value : null;
  }

  #ask(preview: boolean): Promise<Result<AnnounceAnswer, ApiFailure>> {
    const rows = this.#file ?? new Blob([this.#text], { type: 'text/csv' });
    const place = { storeId: this.#storeId, ...(this.#supplierId !== undefined && { supplierId: this.#supplierId }) };
    return this.#send(place, { rows, fields: { ...this.fields }, preview });
  }

  #take(answer: Result<AnnounceAnswer, ApiFailure>): void {
    this.#failure = answer.ok ? null : answer.error.code;
    this.#answer = answer.ok ? answer.value : null;
  }
}
