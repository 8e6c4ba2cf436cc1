import type { Entry } from '#schemas/journal/envelope.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import { gapsOf } from '#schemas/sync/posted.ts';
import { BackgroundPull } from './background-pull.ts';
import { CountBook, countDatabaseName } from './count-book.ts';
import { askCredit } from './credit-request.ts';
import { DeviceReport } from './device-report.ts';
import { EntryPush } from './entry-push.ts';
import { FeedRequest } from './feed-request.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { sayDiscarded, sayDone } from './instruction-request.ts';
import { LabelJobs } from './label-jobs.ts';
import { renewStorageLog } from './log-renewal.ts';
import { MemberRequests } from './member-requests.ts';
import { membersDatabaseName } from './members-database.ts';
import { OldEntries } from './old-entries.ts';
import { askOnlineQuote } from './online-quote-request.ts';
import { OwnJournal } from './own-journal.ts';
import { PairedTill } from './paired-till.ts';
import { PendingEffects } from './pending-effects.ts';
import { PinCheck } from './pin-check.ts';
import { type Fetch, journalPouch, othersJournalName, type Pouch } from './pouch.ts';
import { preload } from './preload.ts';
import { askReceipt } from './receipt-request.ts';
import { ApprovalRequest } from './remote-approvals.ts';
import { rowsDatabaseName } from './rows-database.ts';
import { RowsStore } from './rows-store.ts';
import { StatusBoard } from './status-board.ts';
import { StepIndex, stepDatabaseName } from './step-index.ts';
import { makeJournalsStrict } from './strict-durability.ts';
import { tillAccounts } from './till-accounts.ts';
import { TillCounts } from './till-counts.ts';
import { TillDeliveries } from './till-deliveries.ts';
import { drawerDatabaseName, TillDrawer } from './till-drawer.ts';
import type { Ownership } from './till-lock.ts';
import { TillMembers } from './till-members.ts';
import { parkingDatabaseName, TillParking } from './till-parking.ts';
import { TillRecalls } from './till-recalls.ts';
import { TillSearch } from './till-search.ts';
import { TillSync } from './till-sync.ts';
import type { Till, TillIdentity, TillStatus } from './till-types.ts';
import { TillUnits } from './till-units.ts';
import { askWhereabouts } from './unit-request.ts';

export type OpenTillOptions = {
  identity: TillIdentity;
  /** Where the server is; empty: where the page came from. */
  baseUrl: string;
  /** From till-lock.ts; the till is closed when it is lost. Absent where there are no tabs. */
  ownership?: Ownership;
  fetch?: Fetch;
  /** Name of the build, for the manager. */
  appVersion?: string;
  /** The device's clock. */
  nowMs?: () => number;
  random?: () => number;
  /** With the memory adapter's plugin, in Node. */
  pouch?: Pouch;
  adapter?: 'idb' | 'memory';
  /** IndexedDB for the rows, where it is not global. */
  source?: IndexedDbSource;
  /** How long a question for changes waits at the server. */
  waitMs?: number;
  /** Changed rows beside the pages from which on newer pages are fetched. */
  swapAtRows?: number;
  /** Memory for pages. */
  cacheBytes?: number;
};

/** Opens what this tablet holds and starts to synchronise. It does not wait for the network. */
export async function openTill(
  options: OpenTillOptions,
): Promise<Result<Till, { code: 'storage-full' | 'storage-failed' }>> {
  const { identity, ownership, adapter = 'idb', pouch = journalPouch(), source } = options;
  const { storeId, tillNumber, signingKey } = identity;
  if (typeof IDBDatabase !== 'undefined') makeJournalsStrict();
  try {
    const isOwner = () => ownership?.held ?? true;
    // Where it fails, it is a full disk, which the next commit says.
    const renewal = adapter === 'idb' ? renewStorageLog().catch(console.warn) : Promise.resolve();
    const [rows, journal] = await Promise.all([
      RowsStore.open(rowsDatabaseName(storeId, tillNumber), source, options.cacheBytes),
      OwnJournal.open({ pouch, adapter, storeId, tillNumber, signingKey, isOwner, renewal }),
    ]);
    const others = new pouch<Entry>(othersJournalName(storeId, tillNumber), { adapter, auto_compaction: false });
    const till = await assemble({ ...options, pouch }, { rows, journal, others });
    ownership?.onLoss(() => till.close());
    return ok(till);
  } catch (error) {
    return fail({ code: String(error).includes('QuotaExceeded') ? 'storage-full' : 'storage-failed' });
  }
}

type Stores = { rows: RowsStore; journal: OwnJournal; others: PouchDB.Database<Entry> };

async function assemble(options: OpenTillOptions & { pouch: Pouch }, stores: Stores): Promise<PairedTill> {
  const { identity, baseUrl, pouch, source, nowMs = Date.now, random = Math.random } = options;
  const { rows, journal, others } = stores;
  const { storeId, token } = identity;
  // A method of the window that is called as another object's throws, so it is bound by the arrow.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const address = { baseUrl: baseUrl === '' ? globalThis.location.origin : baseUrl, storeId, token };
  const pending = new PendingEffects(rows);
  pending.replace(await journal.within(gapsOf(rows.posted)));
  pending.prune();
  const openedThrough = journal.lastSequence;
  const board = new StatusBoard(statusOf(stores, pending));
  const goods = goodsOf(options, stores, pending);
  const sync = new TillSync({
    rows,
    journal,
    pending,
    board,
    request: new FeedRequest({ baseUrl, storeId, token, fetch, nowMs }),
    push: (onDenied) =>
      new EntryPush({
        pouch,
        address,
        fetch,
        own: () => journal.database,
        openedThrough,
        waitingIds: () => pending.waitingIds(),
        onDenied,
        nowMs,
      }),
    pull: new BackgroundPull({ pouch, others, address, fetch: options.fetch, onPulled: goods.onPulled }),
    device: new DeviceReport(nowMs),
    appVersion: options.appVersion,
    nowMs,
    random,
    waitMs: options.waitMs ?? 25_000,
    swapAtRows: options.swapAtRows ?? 2_000,
  });
  const old = new OldEntries({
    ...{ tillNumber: identity.tillNumber, journal, others },
    posted: () => rows.posted,
    serverNowMs: () => (board.status.online ? nowMs() + (sync.clockOffsetMs ?? 0) : null),
    forget: (beforeMs) => goods.countBook.forget(beforeMs),
  });
  const search = new TillSearch(rows);
  const server = { baseUrl, storeId, token, fetch };
  const name = membersDatabaseName(storeId, identity.tillNumber);
  const requests = new MemberRequests(server);
  const members = new TillMembers({ name, source, rows, pending, board, nowMs, requests });
  const till = new PairedTill({
    ...{ identity, rows, journal, pending, search, members },
    ...goods,
    ...requestsOf(server),
    pins: new PinCheck({ pinKey: identity.pinKey, nowMs, source }),
    sync,
    board,
    others,
    old,
    deviceNowMs: nowMs,
  });
  sync.start();
  // Only the browser's databases keep what grows.
  if (options.adapter !== 'memory') {
    old.start();
    goods.start();
    members.start();
  }
  preload(rows, search, board);
  return till;
}

/** What the till knows of its drawer, of parked baskets, deliveries, recalls and single units. */
function goodsOf(
  { identity, source, nowMs = Date.now }: OpenTillOptions,
  { rows, journal, others }: Stores,
  pending: PendingEffects,
) {
  const { storeId, tillNumber } = identity;
  const journals = { own: () => journal.database, others: () => others };
  const steps = new StepIndex({ name: stepDatabaseName(storeId, tillNumber), source, journals });
  const parking = new TillParking({ name: parkingDatabaseName(storeId, tillNumber), source, journals, nowMs });
  const countBook = new CountBook({ name: countDatabaseName(storeId, tillNumber), source, journals });
  const drawer = new TillDrawer({
    name: drawerDatabaseName(storeId, tillNumber),
    source,
    journal,
    currency: () => rows.config?.currency ?? null,
  });
  return {
    onPulled: () => parking.follow(),
    start: () => {
      steps.start();
      countBook.start();
      parking.follow();
    },
    drawer,
    parking,
    deliveries: new TillDeliveries(rows, pending),
    recalls: new TillRecalls(rows),
    customerAccounts: tillAccounts(rows),
    units: new TillUnits({ tillNumber, rows, pending, journal, others, steps }),
    steps,
    countBook,
    counts: new TillCounts(rows, pending, countBook),
  };
}

/** What the till asks the server beside its synchronisation. */
function requestsOf(server: ConstructorParameters<typeof ApprovalRequest>[0]) {
  return {
    whereabouts: (gtin14: string, serial: string) => askWhereabouts(server, gtin14, serial),
    receiptEntries: (receiptId: string) => askReceipt(server, receiptId),
    credit: (code: string) => askCredit(server, code),
    onlineQuote: (goods: Parameters<Till['onlineQuote']>[0]) => askOnlineQuote(server, goods),
    remoteApprovals: new ApprovalRequest(server),
    printers: new LabelJobs(server),
    sayDiscarded: (instructionId: string, lostEntries: number) => sayDiscarded(server, instructionId, lostEntries),
    sayDone: (instruction: TillInstruction, lastSequence: number) => sayDone(server, instruction, lastSequence),
  };
}

function statusOf({ rows, journal }: Stores, pending: PendingEffects): TillStatus {
  return {
    online: false,
    lastContactAtMs: rows.position?.contactAtMs ?? null,
    offlineSinceMs: null,
    waiting: pending.waiting,
    lastSequence: journal.lastSequence,
    postedThrough: rows.posted.through,
    denied: [],
    revoked: false,
    discard: null,
    clockOffsetMs: rows.position?.clockOffsetMs ?? null,
    name: null,
    instruction: null,
    sellable: rows.sellable,
    complete: rows.complete,
    progress: null,
    trouble: null,
  };
}
