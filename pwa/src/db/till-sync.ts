import type { Delta } from '#schemas/sync/feed.ts';
import { gapsOf, isPosted, wentBack } from '#schemas/sync/posted.ts';
import type { BackgroundPull } from './background-pull.ts';
import type { DeviceReport } from './device-report.ts';
import type { EntryPush } from './entry-push.ts';
import { FeedClient, type FeedClientOptions } from './feed-client.ts';
import type { FeedState } from './feed-machine.ts';
import type { FeedRequest } from './feed-request.ts';
import type { OwnJournal } from './own-journal.ts';
import type { PendingEffects } from './pending-effects.ts';
import type { RowChange, RowsStore } from './rows-store.ts';
import type { StatusBoard } from './status-board.ts';
import type { DeniedEntry } from './till-types.ts';

export type TillSyncOptions = {
  rows: RowsStore;
  journal: OwnJournal;
  pending: PendingEffects;
  board: StatusBoard;
  request: FeedRequest;
  push: (onDenied: (denied: DeniedEntry) => void) => EntryPush;
  pull: BackgroundPull;
  device: DeviceReport;
  appVersion: string | undefined;
  nowMs: () => number;
  random: () => number;
  waitMs: number;
  swapAtRows: number;
};

/** Keeps rows and journal in step with the server, and the status board in step with both. */
export class TillSync {
  readonly #options: TillSyncOptions;
  readonly #feed: FeedClient;
  readonly #push: EntryPush;
  #posted;
  #tellRows: (changes: readonly RowChange[]) => void = () => undefined;
  readonly #unlisten: (() => void)[] = [];

  constructor(options: TillSyncOptions) {
    this.#options = options;
    this.#posted = options.rows.posted;
    this.#push = options.push((denied) => this.#denied(denied));
    const { board, pending, rows, request, nowMs, random, waitMs, swapAtRows } = options;
    const on: FeedClientOptions['on'] = {
      contact: () => this.#contact(),
      silence: () => this.#silence(),
      rows: (changes) => void this.#rowsChanged(changes),
      told: (told) => this.#told(told),
      discard: (discard) => board.update({ discard }),
      progress: (progress) => board.update({ progress, sellable: rows.sellable, complete: rows.complete }),
      state: (state) => this.#feedState(state),
      trouble: (source, trouble) => board.trouble(source, trouble),
    };
    this.#feed = new FeedClient({
      rows,
      request,
      nowMs,
      random,
      waitMs,
      swapAtRows,
      waiting: () => pending.waiting,
      report: () => ({
        ...options.device.facts(),
        app: options.appVersion,
        instruction: board.status.instruction?.instructionId,
      }),
      on,
    });
  }

  get clockOffsetMs(): number | null {
    return this.#feed.clockOffsetMs;
  }

  onRows(listener: (changes: readonly RowChange[]) => void): void {
    this.#tellRows = listener;
  }

  start(): void {
    this.#options.journal.onReopened(() => {
      this.#push.restart();
    });
    this.#listenToBrowser();
    this.#feed.start();
    this.#push.start();
  }

  #listenToBrowser(): void {
    if (typeof window === 'undefined') return;
    const listen = (target: EventTarget, name: string, listener: () => void) => {
      target.addEventListener(name, listener);
      this.#unlisten.push(() => target.removeEventListener(name, listener));
    };
    listen(window, 'online', () => this.#feed.retry());
    listen(window, 'offline', () => this.#feed.interrupt());
    listen(document, 'visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#feed.retry();
    });
  }

  #contact(): void {
    this.#options.journal.mend();
    const { board, nowMs } = this.#options;
    board.update({
      online: true,
      lastContactAtMs: nowMs(),
      offlineSinceMs: null,
      // A server that was restored from before the revocation takes the till back.
      revoked: false,
      clockOffsetMs: this.#feed.clockOffsetMs,
    });
    this.#replicate();
  }

  #silence(): void {
    const { board, nowMs } = this.#options;
    const { online, offlineSinceMs, lastContactAtMs } = board.status;
    if (!online && offlineSinceMs !== null) return;
    // A till that started offline has been so since before it was closed.
    board.update({ online: false, offlineSinceMs: online ? nowMs() : (lastContactAtMs ?? nowMs()) });
  }

  /** The feed reached the server: what waits out a back-off goes at once. The others' entries come last of all. */
  #replicate(): void {
    const { rows, pull } = this.#options;
    this.#push.start();
    if (rows.complete) pull.start();
  }

  async #rowsChanged(changes: readonly RowChange[]): Promise<void> {
    const { rows, pending, journal, board } = this.#options;
    const before = this.#posted;
    this.#posted = rows.posted;
    if (wentBack(before, this.#posted)) {
      // The server was restored from a backup: what it lost counts as waiting again, and is sent again.
      pending.replace(await journal.within(gapsOf(this.#posted)));
      this.#push.restart();
    }
    pending.prune();
    this.refreshBoard();
    this.#tellRows(changes);
    if (rows.complete && board.status.online) this.#options.pull.start();
  }

  /** Puts on the board what follows from rows and journal. */
  refreshBoard(): void {
    const { rows, pending, journal, board } = this.#options;
    const { posted } = rows;
    const denied = board.status.denied.filter(({ entryId }) => !isPosted(posted, Number(entryId.slice(5))));
    if (journal.isBehind(posted)) board.trouble('journal-lost', 'journal-lost');
    board.update({
      waiting: pending.waiting,
      lastSequence: journal.lastSequence,
      postedThrough: posted.through,
      clockOffsetMs: rows.position?.clockOffsetMs ?? this.#feed.clockOffsetMs,
      sellable: rows.sellable,
      complete: rows.complete,
      ...(denied.length < board.status.denied.length ? { denied } : {}),
    });
  }

  #told({ tillName, instruction }: Pick<Delta, 'tillName' | 'instruction'>): void {
    const { board } = this.#options;
    const known = board.status.instruction;
    const isSame = known?.instructionId === instruction?.instructionId;
    board.update({ name: tillName, ...(isSame ? {} : { instruction }) });
  }

  #feedState(state: FeedState): void {
    if (state.type !== 'refused' || state.code === 'protocol-unknown') return;
    this.#options.board.update({ revoked: true });
    // The next contact begins both anew.
    this.#push.pause();
    this.#options.pull.pause();
  }

  /** Refused entries stay in the journal; the board shows them until a person has looked. */
  #denied(denied: DeniedEntry): void {
    const { board } = this.#options;
    const others = board.status.denied.filter(({ entryId }) => entryId !== denied.entryId);
    board.update({ denied: [...others, denied] });
  }

  async close(): Promise<void> {
    for (const unlisten of this.#unlisten) unlisten();
    this.#push.stop();
    this.#options.pull.stop();
    await this.#feed.close();
  }
}
