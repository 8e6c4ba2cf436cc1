import { type AuditItem, type AuditList, auditListSchema } from '#schemas/api/audit.ts';
import type { Result } from '#schemas/result.ts';
import { type Office, office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

/** What is looked for; empty texts look for everything. Days are of this device's calendar. */
export type AuditFilter = { text: string; action: string; fromDay: string; untilDay: string; isOfChain: boolean };

/** The time line of the back office and the tills, as far as it was asked for. */
export class AuditLog {
  readonly #office: Office;
  #items = $state.raw<AuditItem[]>([]);
  #next = $state<string | null>(null);
  #failure = $state<ApiFailure['code'] | null>(null);
  #isLoaded = $state(false);
  #asked = 0;
  filter = $state<AuditFilter>({ text: '', action: '', fromDay: '', untilDay: '', isOfChain: false });

  constructor(office: Office) {
    this.#office = office;
  }

  get items(): readonly AuditItem[] {
    return this.#items;
  }
  get hasMore(): boolean {
    return this.#next !== null;
  }
  get failure(): ApiFailure['code'] | null {
    return this.#failure;
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get maySeeChain(): boolean {
    return this.#office.session?.merchantRights.includes('read-audit') ?? false;
  }
  /** The address of the export of what is shown; null for who may not. */
  get exportUrl(): string | null {
    const may = this.#office.session?.merchantRights.includes('export-audit') ?? false;
    return may ? `/api/audit/export?${this.#query()}` : null;
  }

  /** Asks for the newest that match. */
  async search(): Promise<void> {
    this.#take(await this.#ask(this.#query()), []);
  }

  async more(): Promise<void> {
    if (this.#next === null) return;
    const query = this.#query();
    query.set('before', this.#next);
    this.#take(await this.#ask(query), this.#items);
  }

  #query(): URLSearchParams {
    const { text, action, fromDay, untilDay } = this.filter;
    const query = new URLSearchParams();
    if (text.trim() !== '') query.set('text', text.trim());
    if (action !== '') query.set('action', action);
    if (fromDay !== '') query.set('fromMs', String(startOf(fromDay, 0)));
    // The day itself is in.
    if (untilDay !== '') query.set('untilMs', String(startOf(untilDay, 1)));
    return query;
  }

  async #ask(query: URLSearchParams): Promise<Result<AuditList, ApiFailure> | null> {
    this.#asked += 1;
    const asked = this.#asked;
    const answer =
      this.filter.isOfChain && this.maySeeChain
        ? await this.#office.askChain(`audit?${query}`, auditListSchema)
        : await this.#office.ask(`audit?${query}`, auditListSchema);
    // Somebody has typed on: an older answer is of no use.
    return asked === this.#asked ? answer : null;
  }

  #take(answer: Result<AuditList, ApiFailure> | null, before: readonly AuditItem[]): void {
    if (answer === null) return;
    this.#isLoaded = true;
    this.#failure = answer.ok ? null : answer.error.code;
    if (!answer.ok) return;
    this.#items = [...before, ...answer.value.items];
    this.#next = answer.value.next;
  }
}

function startOf(day: string, later: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return Math.max(new Date(year, month - 1, date + later).getTime(), 0);
}

export const auditLog = new AuditLog(office);
