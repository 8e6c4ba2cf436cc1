import { type AnnounceAnswer, announceAnswerSchema, maxDeliveryFileBytes } from '#schemas/api/deliveries.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import type { ApiFailure } from './office-api.ts';

/** Who sends what, beside its rows. */
export type AnnounceFields = { from: string; reference: string; expectedOn: string; placeId: string };

/** A large file takes the server a while. */
const patienceMs = 120_000;

/** Sends a notice to be checked or, without `preview`, to be announced. */
export async function sendNotice(
  storeId: string,
  { rows, fields, preview }: { rows: Blob; fields: AnnounceFields; preview: boolean },
  fetch = globalThis.fetch,
): Promise<Result<AnnounceAnswer, ApiFailure>> {
  if (rows.size > maxDeliveryFileBytes) return fail({ code: 'too-large' });
  const query = new URLSearchParams({ preview: preview ? '1' : '0' });
  for (const [name, value] of Object.entries(fields)) if (value.trim() !== '') query.set(name, value.trim());
  // What is checked while the supplier is not named yet.
  if (preview && !query.has('from')) query.set('from', '-');
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`/api/stores/${storeId}/deliveries/csv?${query}`, {
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
  readonly fields: AnnounceFields = $state({ from: '', reference: '', expectedOn: '', placeId: '' });
  readonly #storeId: string;
  readonly #send: typeof sendNotice;
  #file = $state.raw<File | null>(null);
  #text = $state('');
  #answer = $state.raw<AnnounceAnswer | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isChecking = $state(false);
  #isSending = $state(false);
  #asked = 0;

  constructor(storeId: string, send = sendNotice) {
    this.#storeId = storeId;
    this.#send = send;
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
    return this.#answer?.summary != null && this.fields.from.trim() !== '' && !this.#isSending;
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
    return this.#send(this.#storeId, { rows, fields: { ...this.fields }, preview });
  }

  #take(answer: Result<AnnounceAnswer, ApiFailure>): void {
    this.#failure = answer.ok ? null : answer.error.code;
    this.#answer = answer.ok ? answer.value : null;
  }
}
