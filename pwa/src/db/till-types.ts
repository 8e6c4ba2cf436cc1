import type { ApprovalAsk, ApprovalState } from '#schemas/api/approvals.ts';
import type { StoreLabelGoods, StoreLabelJob } from '#schemas/api/label-jobs.ts';
import type {
  LabelProblemView,
  PrintJobAction,
  PrintJobDraft,
  PrintJobView,
  ReceiptJobDraft,
  TillPrinterList,
} from '#schemas/api/printing.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { FactKind } from '#schemas/journal/kinds.ts';
import type { Consent } from '#schemas/members/member-entries.ts';
import type { Person } from '#schemas/members/sealed-person.ts';
import type { BasketStanding, ListedBasket } from '#schemas/parking/fold-parked.ts';
import type { UnitPutAside } from '#schemas/parking/unit-put-aside.ts';
import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import type { PriceEntry } from '#schemas/pricing/price-list.ts';
import type { Result } from '#schemas/result.ts';
import type { FeedTable, MemberRow, PriceRow, SkuRow, StoreConfig } from '#schemas/rows/rows.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { DrawerState } from '#schemas/shift/drawer-state.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import type { AwaitedCartonRow, CartonRow, DeliveryRow, RecallRow, ReceiptRow } from '#schemas/stock/delivery.ts';
import type { DeliveryState } from '#schemas/stock/delivery-rows.ts';
import type { StepNote } from '#schemas/stock/step-note.ts';
import type { UnitRow, UnitStep } from '#schemas/stock/unit.ts';
import type { UnitContradiction, UnitState, UnitStepType } from '#schemas/stock/unit-states.ts';
import type { CreditLookup } from '#schemas/sync/credit-lookup.ts';
import type { InstructionDone, TillInstruction } from '#schemas/sync/instruction.ts';
import type { OnlineQuote, OnlineQuoteRequest } from '#schemas/sync/online-quote.ts';
import type { ApiErrorCode } from '#schemas/sync/protocol.ts';
import type { CouponUse, MemberFinding, MemberPurchases, PromotionUse } from '#schemas/sync/till-members.ts';
import type { UnitLookup } from '#schemas/sync/unit-lookup.ts';
import type { CountBatch } from './count-book.ts';
import type { PriceBook } from './till-prices.ts';

/** Who this tablet is, kept in a database of its own (`onecode-identity`). Both keys are non-extractable. */
export type TillIdentity = {
  storeId: string;
  storeName: string;
  tillNumber: number;
  token: string;
  signingKey: CryptoKey;
  pinKey: CryptoKey;
  pairedAtMs: number;
};

/**
 * A SKU with its stock, `onHand` with pending effects in it. `price` is the chain's base price; `entries` are its prices in all
 * lists, for the price book to choose from.
 */
export type FoundSku = {
  sku: SkuRow;
  price: PriceRow | null;
  entries: readonly PriceEntry[];
  gtin14: string | null;
  onHand: number;
};

/** Snapshot progress. Totals are known from the manifest; `remainingMs` is null until it can be told. */
export type LoadProgress = {
  phase: 'selling' | 'rest';
  rowsDone: number;
  rowsTotal: number;
  bytesDone: number;
  bytesTotal: number;
  remainingMs: number | null;
};

/** An entry that the server refused: kept here, shown until somebody has looked. */
export type DeniedEntry = { entryId: string; code: string };

/**
 * `journal-lost`: the server has entries of this till that its own storage has lost. It can record nothing any more, or it
 * would use numbers twice: the tablet goes on as a new till.
 */
export type TillTrouble = 'journal-lost' | 'storage-full' | 'storage-failed' | 'protocol-unknown' | 'server-error';

/** Where the till stands; a new object at each change. */
export type TillStatus = {
  /** Server reached lately. */
  online: boolean;
  /** When the server was last reached, device clock; null: never. */
  lastContactAtMs: number | null;
  offlineSinceMs: number | null;
  /** Own entries that the server has not posted yet. */
  waiting: number;
  lastSequence: number;
  postedThrough: number;
  denied: readonly DeniedEntry[];
  revoked: boolean;
  /** It is revoked and is to clear itself at once, with what it could not send: the id of what was asked. */
  discard: string | null;
  /** Server time − device time. */
  clockOffsetMs: number | null;
  /** What the back office calls this till; null before the first contact. */
  name: string | null;
  /** What the back office asks this till to do; it waits until nothing is left to send. */
  instruction: TillInstruction | null;
  /** Catalogue, prices and search are there. */
  sellable: boolean;
  /** Units and members too. */
  complete: boolean;
  progress: LoadProgress | null;
  /** The last thing that went wrong in the background, as a code of the message files; null when well. */
  trouble: TillTrouble | null;
};

/** `entries-waiting`: the server has not all of this till's entries; `refused`: it was taken back. */
export type CarryOutFailure = { code: 'entries-waiting' | 'offline' | 'refused' };
export type CommitFailure = { code: 'storage-full' | 'storage-failed' | 'not-owner' | 'too-large' };
/** A file with its name. `entries`: how many are in it. */
export type EmergencyExport = { name: string; bytes: Uint8Array<ArrayBuffer>; entries: number };
/** `no-export-key`: the server has not told yet whom to encrypt for. */
export type ExportFailure = { code: 'no-export-key' | 'too-large' };
export type SignInFailure =
  | { code: 'wrong-pin'; attemptsLeft: number }
  | { code: 'locked'; waitMs: number }
  | { code: 'unknown-operator' };
/** An unknown badge counts as a wrong attempt of the tablet. */
export type BadgeFailure = { code: 'unknown-badge'; attemptsLeft: number } | { code: 'locked'; waitMs: number };

export type RemoteApprovalFailure = { code: ApiErrorCode | 'offline' };
/** A second person who is not there, asked on a manager's screen. Takes the network. */
export type RemoteApprovals = {
  ask(asked: ApprovalAsk): Promise<Result<ApprovalState, RemoteApprovalFailure>>;
  /** Waits up to `waitMs` for the decision. */
  state(requestId: string, waitMs: number, signal: AbortSignal): Promise<Result<ApprovalState, RemoteApprovalFailure>>;
  cancel(requestId: string): Promise<Result<ApprovalState, RemoteApprovalFailure>>;
};

/** `problems`: labels that the server cannot print; then it took none. */
export type LabelJobFailure = { code: ApiErrorCode | 'offline'; problems?: readonly LabelProblemView[] };
/** Printers that the server reaches, and their jobs. Takes the network. */
export type StorePrinters = {
  /** Of labels. */
  list(): Promise<Result<TillPrinterList['printers'], LabelJobFailure>>;
  listReceiptPrinters(): Promise<Result<TillPrinterList['receiptPrinters'], LabelJobFailure>>;
  /** The same `jobId` is the same job, however often it is sent. */
  add(draft: PrintJobDraft): Promise<Result<PrintJobView, LabelJobFailure>>;
  /** As `add`, for a printer of receipts. */
  addReceipt(draft: ReceiptJobDraft): Promise<Result<PrintJobView, LabelJobFailure>>;
  job(jobId: string): Promise<Result<PrintJobView, LabelJobFailure>>;
  act(jobId: string, action: PrintJobAction): Promise<Result<PrintJobView, LabelJobFailure>>;
  /** Labels that any tablet of the store printed, latest first. */
  printed(): Promise<Result<StoreLabelJob[], LabelJobFailure>>;
  /** What the labels of one of those jobs say. */
  printedGoods(jobId: string): Promise<Result<StoreLabelGoods['goods'], LabelJobFailure>>;
  /** SKUs whose price changed since then, the latest first. */
  changedPrices(sinceMs: number): Promise<Result<string[], LabelJobFailure>>;
};

/** The store's parked baskets, by the entries held here; what other tills did arrives by itself (PK1). */
export type Parking = {
  /** Those that somebody can take up or over, or that money is left on, the latest first. */
  list(): Promise<ListedBasket[]>;
  /** Where a basket is; null: it was never parked. */
  of(transactionId: string): Promise<BasketStanding | null>;
  /** Who waits for a unit, as far as is known here. `openId`: the basket that is open and does not count; `today`: the store's day. */
  putAside(
    unit: { gtin14: string; serial: string },
    open: { openId: string; today: string },
  ): Promise<UnitPutAside | null>;
  /** The basket that an entry parked, took up, sold or was money for; null: none that is known here. */
  basketOf(entryId: string): Promise<string | null>;
  /** Called after each change. Returns the unsubscriber. */
  onChange(listener: () => void): () => void;
};

/** A delivery and what has come of it; own receipts that the server has not posted yet count. */
export type DeliveryStanding = {
  delivery: DeliveryRow;
  receipts: readonly ReceiptRow[];
  /** `deliveryState` of both. */
  state: DeliveryState;
};

/** One step of a unit's life, with the entry that made it. */
export type UnitHistoryStep = Pick<UnitStep, 'placeId' | 'entryId' | 'lineNumber' | 'batch' | 'expiresOn'> &
  StepNote & {
    /** `counted`: somebody had it before the scanner in a stock-take, which changes nothing. */
    type: UnitStepType | 'counted';
    kind: FactKind;
    /** When it was so, by the corrected time of the tablet that wrote it. */
    atMs: number;
    tillNumber: number;
    operatorId: string;
    /** Made on this tablet, and not with the server yet. */
    isWaiting: boolean;
    /** The step after which the unit stands so; null: it was counted, and the books had not heard of it. */
    after: UnitState | null;
    contradiction: UnitContradiction | null;
  };

/** What a tablet knows of a unit by itself. */
export type UnitHistory = {
  /** Where it stands; null: this store has not heard of it. */
  unit: UnitRow | null;
  /** Oldest first. */
  steps: readonly UnitHistoryStep[];
  /** False: something happened to it that the entries held here do not tell (older than 90 days, or another store's). */
  isWhole: boolean;
};

/** How a unit was sold, from the entry of its sale. */
export type UnitSale = {
  entryId: string;
  soldAtMs: number;
  /** What was paid for the piece, as the line says. */
  unitPriceMinor: number;
  name: string;
  taxClass: string;
  taxRateBasisPoints: number;
};

/** What the server knows of a unit that this store may not hold. */
export type UnitWhereabouts = UnitLookup;
export type LookUpFailure = { code: ApiErrorCode | 'offline' };

/** What should be at a place by the books, own entries that wait included. */
export type ExpectedGoods = {
  units: readonly Pick<UnitRow, 'gtin14' | 'serial' | 'skuId'>[];
  /** Pieces without item codes, by SKU; none with 0. */
  numbers: ReadonlyMap<string, number>;
};

/** Stock-takes: what is to be counted, and what was counted so far, here and on other tablets. */
export type TillCountsView = {
  /** Stock-takes of the store, over or not. */
  all(): Promise<CountRow[]>;
  /** What was counted in one so far, in no order. */
  batches(countId: string): Promise<CountBatch[]>;
  /** Called with new batches, this tablet's own too. Others' come in seconds while somebody listens. */
  onBatches(listener: (batches: readonly CountBatch[]) => void): () => void;
  expectedAt(placeId: string): Promise<ExpectedGoods>;
};

export type EnrolmentFailure = CommitFailure | { code: 'no-key' };

/** The chain's members as far as this till holds them, without a network. */
export type TillMembersView = {
  /** Whom a typed text means (MB2). `isMore`: others too. */
  find(text: string, limit: number): Promise<{ members: MemberRow[]; isMore: boolean }>;
  /** By the code of a card, a card's number or an id; null: not held here. */
  byCode(code: string): Promise<MemberRow | null>;
  byId(memberId: string): Promise<MemberRow | null>;
  /** Members of other stores of the chain, masked. Takes the network; answers within seconds or fails. */
  elsewhere(text: string): Promise<Result<MemberFinding['members'], LookUpFailure>>;
  /** A member's latest sales in this store. Takes the network. */
  purchases(memberId: string): Promise<Result<MemberPurchases['purchases'], LookUpFailure>>;
  /** Who used a code of a campaign already, in the chain or the web shop; null: nobody. Takes the network. */
  couponUse(couponId: string): Promise<Result<CouponUse['use'], LookUpFailure>>;
  /** What a member can spend now, by all that the server has; null: nobody, or no points are given. Takes the network. */
  points(memberId: string): Promise<Result<number | null, LookUpFailure>>;
  /** Their uses of promotions that are limited per member, in all stores. Takes the network. */
  uses(memberId: string): Promise<Result<PromotionUse[], LookUpFailure>>;
  /** By one entry, offline too; `no-key`: this till has no line for so long that it has no key left to seal with. */
  enrol(
    draft: { person: Person; consents: readonly Consent[] },
    operatorId: string,
  ): Promise<Result<MemberRow, EnrolmentFailure>>;
};

/** One paired till: rows, journal and replication behind one door. Only its owner tab holds one (J4). */
export type Till = {
  readonly identity: TillIdentity;
  readonly status: TillStatus;
  /** Called after each change of `status`. Returns the unsubscriber. */
  onStatus(listener: (status: TillStatus) => void): () => void;
  /** Called after rows changed (feed or own commit); keys are absent when many did. */
  onRows(listener: (change: { table: FeedTable; keys: readonly string[] | null }[]) => void): () => void;
  config(): StoreConfig | null;
  onConfig(listener: (config: StoreConfig) => void): () => void;
  /** Price lists and promotions as they are now; ask again when rows of either change. */
  priceBook(): Promise<PriceBook>;
  /** Asks the server what the web shop asks now. Takes the network; answers within seconds or fails. */
  onlineQuote(goods: OnlineQuoteRequest['goods']): Promise<Result<OnlineQuote['goods'], LookUpFailure>>;
  /** Asks the server for a receipt that is not held here, and what came back of it. Takes the network. */
  receiptEntries(receiptId: string): Promise<Result<Entry[], LookUpFailure>>;
  /** Asks the server what is left on a store credit or gift card. Takes the network; answers within seconds or fails. */
  credit(code: string): Promise<Result<CreditLookup['credit'], LookUpFailure>>;
  skuByGtin(gtin14: string): Promise<FoundSku | null>;
  skuById(skuId: string): Promise<FoundSku | null>;
  /** Names in any language, SKU codes, last digits of a GTIN (4 or more). Best first. */
  search(text: string, limit: number): Promise<FoundSku[]>;
  unit(gtin14: string, serial: string): Promise<UnitRow | null>;
  /** Pieces of a SKU at a place of the store, pending effects included. */
  onHandAt(placeId: string, skuId: string): Promise<number>;
  /** SKUs of which some are at a place, by SKU. */
  skusAt(placeId: string): Promise<string[]>;
  /** Every step that the entries held here tell of a unit, offline. */
  unitLife(gtin14: string, serial: string): Promise<UnitHistory>;
  /** The sale that a sold unit went with, when its entry is held here; null: not held, or not sold. */
  saleOfUnit(gtin14: string, serial: string): Promise<UnitSale | null>;
  /** Asks the server where a unit is. Takes the network; answers within seconds or fails. */
  unitElsewhere(gtin14: string, serial: string): Promise<Result<UnitWhereabouts, LookUpFailure>>;
  /** Deliveries that nobody has closed: what is expected first comes first, what has no day last. */
  deliveries(): Promise<DeliveryStanding[]>;
  /** An open or closed delivery; null: not known here. */
  delivery(deliveryId: string): Promise<DeliveryStanding | null>;
  /** Cartons with this SSCC, the latest delivery first: a supplier may use an SSCC again after a year. */
  cartonsBySscc(sscc: string): Promise<CartonRow[]>;
  /** Whether other stores of the chain await a carton with this SSCC: the latest notice first. */
  cartonsElsewhere(sscc: string): Promise<AwaitedCartonRow[]>;
  /** Open recalls of the chain. */
  recalls(): Promise<readonly RecallRow[]>;
  /** Customer accounts that hold in the store, offline too. */
  customerAccounts(): Promise<readonly CustomerAccountRow[]>;
  readonly members: TillMembersView;
  /** PIN check, offline too; wrong attempts are counted across reloads. */
  signIn(operatorId: string, pin: string): Promise<Result<StaffRow, SignInFailure>>;
  /** Whose badge it is, offline too. `code` as `badgeCodeOf` leaves it. */
  staffOfBadge(code: string): Promise<Result<StaffRow, BadgeFailure>>;
  readonly remoteApprovals: RemoteApprovals;
  readonly printers: StorePrinters;
  readonly parking: Parking;
  readonly counts: TillCountsView;
  /** How long ago the server last told who is on the staff; very long when that cannot be known. */
  staffListAgeMs(): number;
  /** Writes one entry: seals it and puts it once, with strict durability (J1). */
  commit(kind: string, body: Record<string, unknown>, operatorId: string): Promise<Result<Entry, CommitFailure>>;
  /** Own and pulled retail transactions, latest first. */
  recentTransactions(limit: number): Promise<Entry[]>;
  /** The own entry of a basket, if that basket was committed: after a crash it tells a paid basket from an open one. */
  entryOfTransaction(transactionId: string): Promise<Entry | null>;
  /** How this till's drawer stands after all of its entries; null before the store's facts are known. */
  drawer(): Promise<DrawerState | null>;
  /** The latest closings of this till's shifts that are held here, latest first. */
  shiftClosings(limit: number): Promise<Entry[]>;
  /** Corrected time, for prices and receipts. */
  nowMs(): number;
  storage(): Promise<{ persisted: boolean; usageBytes: number | null; quotaBytes: number | null }>;
  /**
   * Ends this till as the back office asked (`status.instruction`), once the server has all of its entries. From here on it
   * commits nothing; when this fails, it does again. The databases are still there: close, then clear them.
   */
  carryOut(): Promise<Result<InstructionDone, CarryOutFailure>>;
  /**
   * Ends this revoked till as the back office asked (`status.discard`), and says so to the server if it is there. It is
   * cleared in any case: who holds the tablet may have cut the line. Answers how many entries are lost with it.
   */
  discard(): Promise<number>;
  /** All own entries that the server has not posted, in a file that only the store's server can read. */
  exportWaiting(): Promise<Result<EmergencyExport, ExportFailure>>;
  close(): Promise<void>;
};
