import { z } from 'zod';
import {
  type Session,
  type SessionAnswer,
  type SessionRequest,
  sessionAnswerSchema,
  sessionSchema,
} from '#schemas/api/session.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { Result } from '#schemas/result.ts';
import { type ApiCall, type ApiFailure, callApi } from './office-api.ts';

export type OfficePhase = 'starting' | 'signed-out' | 'signed-in' | 'offline';

/** The manager's session with the server, and the door to their store's pages. */
export class Office {
  readonly #fetch: typeof globalThis.fetch;
  #phase = $state<OfficePhase>('starting');
  #session = $state.raw<Session | null>(null);
  #storeId = $state<string | null>(null);

  constructor(fetch: typeof globalThis.fetch) {
    this.#fetch = fetch;
  }

  get phase(): OfficePhase {
    return this.#phase;
  }
  get session(): Session | null {
    return this.#session;
  }

  /** The store that the pages are about: the chosen one, else the first. */
  get store(): Session['stores'][number] | null {
    const stores = this.#session?.stores ?? [];
    return stores.find(({ storeId }) => storeId === this.#storeId) ?? stores[0] ?? null;
  }

  chooseStore(storeId: string | null): void {
    this.#storeId = storeId;
  }

  /** Whether the signed-in person has the right in the store on screen, or in the chain. The server decides again. */
  may(right: Right): boolean {
    return (this.store?.rights.includes(right) ?? false) || (this.#session?.merchantRights.includes(right) ?? false);
  }

  /** Asks the server who is signed in. */
  async start(): Promise<void> {
    this.#take(await this.#call('/api/session', sessionSchema));
  }

  /** With a second factor the answer is not a session yet: its code comes next. */
  async signIn(request: SessionRequest): Promise<Result<SessionAnswer, ApiFailure>> {
    const answer = await this.#call('/api/session', sessionAnswerSchema, { method: 'POST', body: request });
    if (answer.ok && !('secondFactor' in answer.value)) this.begin(answer.value);
    return answer;
  }

  async secondFactor(code: string): Promise<Result<Session, ApiFailure>> {
    const answer = await this.#call('/api/session/second-factor', sessionSchema, { method: 'POST', body: { code } });
    if (answer.ok) this.begin(answer.value);
    return answer;
  }

  /** The server has answered with a session: of a passkey, or of an account that was just made. */
  begin(session: Session): void {
    this.#session = session;
    this.#phase = 'signed-in';
  }

  async signOut(): Promise<void> {
    const gone = await this.#call('/api/session', z.object({}), { method: 'DELETE' });
    if (gone.ok) this.#session = null;
    this.#phase = gone.ok ? 'signed-out' : 'offline';
  }

  /** A request about the manager's store; `path` goes on after `/api/stores/<store>/`. */
  ask<Schema extends z.ZodType>(path: string, schema: Schema, call: ApiCall = {}) {
    return this.askChain(`stores/${this.store?.storeId ?? ''}/${path}`, schema, call);
  }

  /** A request about the chain as a whole; `path` goes on after `/api/`. */
  async askChain<Schema extends z.ZodType>(path: string, schema: Schema, call: ApiCall = {}) {
    const answer = await this.#call(`/api/${path}`, schema, call);
    if (!answer.ok && answer.error.code === 'unauthorized') this.#phase = 'signed-out';
    return answer;
  }

  #call<Schema extends z.ZodType>(path: string, schema: Schema, call: ApiCall = {}) {
    return callApi(path, schema, { ...call, fetch: this.#fetch });
  }

  #take(answer: Result<Session, ApiFailure>): void {
    if (answer.ok) this.begin(answer.value);
    else this.#phase = answer.error.code === 'offline' ? 'offline' : 'signed-out';
  }
}

export const office = new Office((input, init) => fetch(input, init));

/** Whether a request is worth making: nobody sees the answer of a hidden page. */
function isSeen(): boolean {
  return document.visibilityState === 'visible';
}

/** The answer to a question that is asked again and again. The last good answer stays while the server is away. */
export class Live<Answer> {
  readonly #ask: () => Promise<Result<Answer, ApiFailure>>;
  #answer = $state.raw<Answer | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #asked = 0;

  constructor(ask: () => Promise<Result<Answer, ApiFailure>>) {
    this.#ask = ask;
  }

  get answer(): Answer | null {
    return this.#answer;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }

  /** Asks now and every `everyMs`, while the page is seen. Returns what stops it. */
  start(everyMs: number): () => void {
    void this.refresh();
    const timer = setInterval(() => isSeen() && void this.refresh(), everyMs);
    const seen = () => isSeen() && void this.refresh();
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }

  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await this.#ask();
    if (asked !== this.#asked) return;
    this.#failure = answer.ok ? null : answer.error.code;
    if (answer.ok) this.#answer = answer.value;
  }
}

/** Joins pages of a list that was asked for in parts. */
export function joinedById<Row>(pages: readonly (readonly Row[])[], idOf: (row: Row) => string): Row[] {
  const byId = new Map<string, Row>();
  for (const row of pages.flat()) if (!byId.has(idOf(row))) byId.set(idOf(row), row);
  return [...byId.values()];
}
