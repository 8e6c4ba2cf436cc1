import {
  type StatementDetail,
  type StatementLine,
  type StatementLines,
  type StatementList,
  type StatementSummary,
  statementAnswerSchema,
  statementDetailSchema,
  statementLinesSchema,
  statementListSchema,
} from '#schemas/api/statements.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { type StatementWord, statementSteps } from '#schemas/procurement/statement.ts';
import type { Result } from '#schemas/result.ts';
import { LiveList } from './live-list.svelte.ts';
import type { ApiFailure } from './office-api.ts';
import { type PaperAsk, PaperDesk } from './paper-desk.svelte.ts';

const linesAPage = 100;

/** The statements of one side; `ask` goes on after `…/statements`. */
export function statementList(ask: PaperAsk): LiveList<StatementList, StatementSummary> {
  return new LiveList({
    ask: (before) => ask(before ? `?${new URLSearchParams({ before })}` : '', statementListSchema),
    rowsOf: ({ statements }: StatementList) => statements,
    idOf: ({ statementId }: StatementSummary) => statementId,
  });
}

/** One statement on the screen of one side. */
export class StatementDesk extends PaperDesk<typeof statementDetailSchema> {
  #lines = $state.raw<StatementLine[]>([]);
  #next = $state<number | null>(0);
  #onlyArgued = $state(false);
  #shownVersion = 0;

  constructor(side: OrderSide, ask: PaperAsk) {
    super(side, ask, statementDetailSchema);
  }

  get statement(): StatementDetail | null {
    return this.live.answer;
  }
  get lines(): readonly StatementLine[] {
    return this.#lines;
  }
  get hasMore(): boolean {
    return this.#next !== null;
  }
  get onlyArgued(): boolean {
    return this.#onlyArgued;
  }

  may(step: StatementWord['step']): boolean {
    return this.statement !== null && statementSteps(this.statement, this.side).includes(step);
  }

  showArgued(onlyArgued: boolean): Promise<void> {
    this.#onlyArgued = onlyArgued;
    return this.readLines();
  }

  /** From the first, as many as are shown; anew when somebody has said something. */
  async readLines(version?: number): Promise<void> {
    if (version !== undefined && version === this.#shownVersion) return;
    if (version !== undefined) this.#shownVersion = version;
    const count = Math.max(linesAPage, this.#lines.length);
    this.#next = 0;
    const lines: StatementLine[] = [];
    while (this.#next !== null && lines.length < count) lines.push(...(await this.#page(this.#next)));
    this.#lines = lines;
  }

  async more(): Promise<void> {
    if (this.#next !== null) this.#lines = [...this.#lines, ...(await this.#page(this.#next))];
  }

  /** All of them, for a paper. Null: not all could be read. */
  async allLines(): Promise<StatementLine[] | null> {
    const all: StatementLine[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const answer: Result<StatementLines, ApiFailure> = await this.ask(
        `/lines?after=${after}&limit=500`,
        statementLinesSchema,
      );
      if (!answer.ok) {
        this.saying.fail(answer.error.code);
        return null;
      }
      all.push(...answer.value.lines);
      after = answer.value.next;
    }
    return all;
  }

  /** [ST4] Says it of the version that is on screen. Answers whether it was taken. */
  take(step: StatementWord): Promise<boolean> {
    const { version } = this;
    return step.step === 'approved'
      ? this.#say('/approval', { version, note: step.note })
      : this.#say('/steps', { version, step });
  }

  redraw(untilDay: string): Promise<boolean> {
    return this.#say('/draw', { version: this.version, untilDay });
  }

  say(text: string, lineNumber: number | null): Promise<boolean> {
    return this.#say('/messages', { text, lineNumber });
  }

  async #page(after: number): Promise<StatementLine[]> {
    const query = `?after=${after}&limit=${linesAPage}${this.#onlyArgued ? '&argued=1' : ''}`;
    const answer = await this.ask(`/lines${query}`, statementLinesSchema);
    this.#next = answer.ok ? answer.value.next : null;
    return answer.ok ? answer.value.lines : [];
  }

  #say(path: string, body: object): Promise<boolean> {
    return this.post(path, statementAnswerSchema, body);
  }
}
