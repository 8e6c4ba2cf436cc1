import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { entryVersionOf, factOf } from '#schemas/journal/kinds.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import { isMeant, memberKeys, memberQuestion } from '#schemas/members/member-search.ts';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { trainingEntryId } from '#schemas/receipt/training-number.ts';
import { fail, ok } from '#schemas/result.ts';
import { type MemberRow, namelessMember } from '#schemas/rows/rows.ts';
import { type DrawerState, newDrawer, stepDrawer } from '#schemas/shift/drawer-state.ts';
import { basketStepOf } from './basket-step.ts';
import { parkingInMemory } from './parking-in-memory.ts';
import type { Till, TillIdentity, TillStatus } from './till-types.ts';
import { readingOf, type TillReading, untouched } from './training-reading.ts';

/** What every gift card of a training holds, whatever its number. */
const cardMinor = 5_000;

/**
 * A till that touches nothing real: it holds no other till, only what may be read of one, and all that is written with it stays in
 * memory and goes with the page. So no entry, stock, unit, drawer, print job or request can come of it, by construction.
 */
export class TrainingTill implements Till {
  readonly identity: TillIdentity;
  readonly #reading: TillReading;
  readonly #entries: Entry[] = [];
  readonly #enrolled: MemberRow[] = [];
  readonly #parkingListeners = new Set<() => void>();

  constructor(reading: TillReading) {
    this.#reading = reading;
    // Keys that sign nothing, and a token that no server knows.
    const [signingKey, pinKey] = [{} as CryptoKey, {} as CryptoKey];
    this.identity = { ...reading.identity, token: '', signingKey, pinKey };
    Object.assign(this, reading.rows);
  }

  declare readonly config: Till['config'];
  declare readonly onConfig: Till['onConfig'];
  declare readonly onRows: Till['onRows'];
  declare readonly priceBook: Till['priceBook'];
  declare readonly skuByGtin: Till['skuByGtin'];
  declare readonly skuById: Till['skuById'];
  declare readonly search: Till['search'];
  declare readonly unit: Till['unit'];
  declare readonly unitLife: Till['unitLife'];
  declare readonly onHandAt: Till['onHandAt'];
  declare readonly skusAt: Till['skusAt'];
  declare readonly deliveries: Till['deliveries'];
  declare readonly delivery: Till['delivery'];
  declare readonly cartonsBySscc: Till['cartonsBySscc'];
  declare readonly cartonsElsewhere: Till['cartonsElsewhere'];
  declare readonly recalls: Till['recalls'];
  declare readonly customerAccounts: Till['customerAccounts'];
  declare readonly signIn: Till['signIn'];
  declare readonly staffOfBadge: Till['staffOfBadge'];
  declare readonly staffListAgeMs: Till['staffListAgeMs'];
  declare readonly nowMs: Till['nowMs'];
  declare readonly storage: Till['storage'];
  declare readonly close: Till['close'];

  /** What the office asks of the real till waits until the training is over. */
  get status(): TillStatus {
    return calm(this.#reading.status());
  }
  onStatus(listener: (status: TillStatus) => void): () => void {
    return this.#reading.onStatus((status) => listener(calm(status)));
  }

  async commit(kind: string, body: Record<string, unknown>, operatorId: string): ReturnType<Till['commit']> {
    const sequence = this.#entries.length + 1;
    const { storeId, tillNumber } = this.identity;
    const nowMs = Math.round(this.nowMs());
    const entry: Entry = {
      ...{ _id: trainingEntryId(sequence), version: entryVersionOf(kind), kind, storeId, tillNumber, sequence },
      ...{ previousHash: nothing, deviceAtMs: nowMs, clockOffsetMs: 0, orderedAtMs: nowMs, operatorId },
      // As the journal keeps it: what is changed afterwards is not what was written.
      ...{ body: structuredClone(body), hash: nothing, signature: '' },
    };
    const fact = factOf(entry);
    assert(fact.ok, 'what is trained is what would be recorded');
    this.#entries.push(entry);
    if (basketStepOf(entry) !== null) for (const listener of this.#parkingListeners) listener();
    return ok(entry);
  }

  async recentTransactions(limit: number): Promise<Entry[]> {
    const sales = this.#entries.filter(({ kind }) => kind === 'retail-transaction');
    return sales.toReversed().slice(0, limit);
  }
  async entryOfTransaction(transactionId: string): Promise<Entry | null> {
    const sales = await this.recentTransactions(this.#entries.length);
    return sales.find(({ body }) => body.transactionId === transactionId) ?? null;
  }
  async drawer(): Promise<DrawerState | null> {
    const config = this.config();
    if (config === null) return null;
    return this.#entries.reduce((state, entry) => {
      const fact = factOf(entry);
      return fact.ok ? stepDrawer(state, entry._id, fact.value).state : state;
    }, newDrawer(config.currency));
  }
  async shiftClosings(limit: number): Promise<Entry[]> {
    const closings = this.#entries.filter(({ kind }) => kind === 'shift-closed');
    return closings.toReversed().slice(0, limit);
  }

  readonly parking: Till['parking'] = parkingInMemory(() => this.#entries, this.#parkingListeners);

  readonly members: Till['members'] = {
    find: async (text, limit) => {
      const { members, isMore } = await this.#reading.members.find(text, limit);
      const question = memberQuestion(text, '');
      const own = this.#enrolled.filter((row) => isMeant(question, memberKeys(row)));
      return { members: [...own, ...members].slice(0, limit), isMore };
    },
    byCode: async (code) => this.#enrolled.find((row) => row.code === code) ?? this.#reading.members.byCode(code),
    byId: async (id) => this.#enrolled.find(({ memberId }) => memberId === id) ?? this.#reading.members.byId(id),
    elsewhere: async () => fail({ code: 'offline' }),
    purchases: async () => fail({ code: 'offline' }),
    points: async () => fail({ code: 'offline' }),
    uses: async () => fail({ code: 'offline' }),
    couponUse: async () => fail({ code: 'offline' }),
    enrol: async ({ person }) => {
      const code = memberCodeOf(crypto.getRandomValues(new Uint8Array(memberCodeBytes)));
      const told = { name: person.name ?? namelessMember, phone: person.phone ?? null };
      const row = { memberId: crypto.randomUUID(), code, ...told, tier: '' };
      this.#enrolled.push(row);
      return ok(row);
    },
  };

  /** Every number is a card with the same on it: which real ones there are, nobody learns here. */
  credit: Till['credit'] = async (code) => {
    const currency = this.config()?.currency;
    if (readCreditCode(code) === null || currency === undefined) return ok(null);
    return ok({ kind: 'gift-card', balanceMinor: cardMinor, currency, isBlocked: false, isUsed: true });
  };
  receiptEntries: Till['receiptEntries'] = async (receiptId) => {
    const found = this.#entries.filter(({ _id }) => _id === receiptId);
    return found.length > 0 ? ok(found) : fail({ code: 'not-found' });
  };
  async saleOfUnit(): ReturnType<Till['saleOfUnit']> {
    return null;
  }

  // The server hears nothing of a training.
  readonly onlineQuote = untouched.onlineQuote;
  readonly unitElsewhere = untouched.unitElsewhere;
  readonly remoteApprovals = untouched.remoteApprovals;
  readonly printers = untouched.printers;
  readonly counts = untouched.counts;
  readonly carryOut = untouched.carryOut;
  readonly discard = untouched.discard;
  readonly exportWaiting = untouched.exportWaiting;
}

const nothing = '0'.repeat(64);

function calm(status: TillStatus): TillStatus {
  return { ...status, instruction: null, discard: null };
}

/** A training beside a real till, which it can only read. */
export function trainingTillOf(till: Till): Till {
  return new TrainingTill(readingOf(till));
}
