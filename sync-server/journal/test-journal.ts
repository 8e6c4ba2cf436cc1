import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { pino } from 'pino';
import { type Entry, entryId, type UnsealedEntry } from '#schemas/journal/envelope.ts';
import { entryVersionOf } from '#schemas/journal/kinds.ts';
import { genesisHash, sealEntry } from '#schemas/journal/seal.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import { type BasketLine, priceBasket } from '#schemas/transaction/price-basket.ts';
import { plainTender, plainTicket, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { keySealOf } from '../auth/private-keys.ts';
import { hashToken } from '../auth/till-auth.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import type { PublicKeyJwk } from './seal-check.ts';
import { giveRole } from './test-staff.ts';

// For tests and benches: stores with tills that hold real keys and seal as tablets do.

export const taxRules: TaxRules = {
  pricesIncludeTax: true,
  classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
  cashStepMinor: 1,
};
/** 22 November 2026, noon in London. */
export const testNowMs = Date.UTC(2026, 10, 22, 12);

/** A server's context on a database; `close` ends both. */
export function openTestContext(url: string): ServerContext & { close(): Promise<void> } {
  const database = openDatabase(url, { poolSize: 10 });
  const changes = new ChangeBus();
  return {
    database,
    keySeal: keySealOf('of a test'),
    changes,
    nowMs: () => testNowMs,
    randomBytes: (count) => randomBytes(count),
    log: pino({ level: 'silent' }),
    close: async () => {
      await changes.close();
      await database.close();
    },
  };
}

/** A store of a chain of its own. Amy, who works at its tills, and Mia, in its office, may do everything there. */
export async function makeStore(context: ServerContext): Promise<string> {
  const merchantId = await createMerchant(context, { name: 'Test chain' });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
  const storeId = await createStore(context, { merchantId, name: 'Test store', ...place });
  for (const operatorId of ['amy', 'mia']) await giveRole(context, storeId, operatorId, 'store-manager');
  return storeId;
}

/** A till as the pairing makes it, with its key in hand and its chain at the beginning. */
export class TestTill {
  readonly storeId: string;
  readonly tillNumber: number;
  readonly token = randomBytes(32).toString('base64url');
  readonly publicKey: PublicKeyJwk;
  readonly #privateKey: KeyObject;
  sequence = 0;
  previousHash = '';
  orderedAtMs = testNowMs - 1_000_000;

  constructor(storeId: string, tillNumber: number) {
    this.storeId = storeId;
    this.tillNumber = tillNumber;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = pair.privateKey;
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    this.publicKey = { kty: 'EC', crv: 'P-256', x, y };
  }

  get author() {
    return { tillNumber: this.tillNumber, publicKey: this.publicKey };
  }

  async register(context: ServerContext): Promise<this> {
    await context.database.pool.query(
      `insert into till (store_id, till_number, name, public_key, token_hash, paired_at_ms) values ($1, $2, $3, $4, $5, $6)`,
      [this.storeId, this.tillNumber, `till ${this.tillNumber}`, this.publicKey, hashToken(this.token), testNowMs],
    );
    return this;
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    );
  }

  /** Seals any draft with this till's key. */
  seal(draft: UnsealedEntry): Promise<Entry> {
    return sealEntry(draft, async (text) => this.sign(text));
  }

  /** The next entry of the chain. `changes` overwrite the envelope before it is sealed. */
  async next(kind: string, body: Record<string, unknown>, changes: Partial<UnsealedEntry> = {}): Promise<Entry> {
    this.previousHash ||= await genesisHash(this.storeId, this.tillNumber);
    this.sequence += 1;
    this.orderedAtMs += 1;
    const entry = await this.seal({
      _id: entryId(this.tillNumber, this.sequence),
      version: 'approvals' in body ? entryVersionOf(kind) : 1,
      kind,
      storeId: this.storeId,
      tillNumber: this.tillNumber,
      sequence: this.sequence,
      previousHash: this.previousHash,
      deviceAtMs: this.orderedAtMs,
      clockOffsetMs: 0,
      orderedAtMs: this.orderedAtMs,
      operatorId: 'amy',
      body,
      ...changes,
    });
    this.previousHash = entry.hash;
    return entry;
  }

  sale(lines: readonly BasketLine[], changes: Partial<UnsealedEntry> = {}): Promise<Entry> {
    return this.next('retail-transaction', saleBody(lines), changes);
  }
}

export async function makeTill(context: ServerContext, storeId: string, tillNumber: number): Promise<TestTill> {
  return new TestTill(storeId, tillNumber).register(context);
}

/** A basket line; a serial makes it one unit of `gtin14`. */
export function line(skuId: string, quantity = 1, serial: string | null = null): BasketLine {
  return {
    skuId,
    gtin14: serial === null ? null : '05012345678900',
    serial,
    name: `Name of ${skuId}`,
    quantity,
    unitPriceMinor: 1_250,
    taxClass: 'standard',
  };
}

/** A paid ticket of these lines, as the till makes it. */
export function saleBody(lines: readonly BasketLine[]): RetailTransaction {
  const priced = priceBasket(lines, taxRules, 'floor');
  return {
    ...plainTicket,
    promotions: [],
    transactionId: randomUUID(),
    businessDay: '2026-11-22',
    openedAtMs: testNowMs,
    currency: 'GBP',
    pricesIncludeTax: true,
    lines: priced.lines,
    netMinor: priced.netMinor,
    taxMinor: priced.taxMinor,
    roundingMinor: 0,
    totalMinor: priced.dueMinor,
    tenders: [plainTender('cash', priced.dueMinor)],
    changeMinor: 0,
    memberId: null,
    approvals: [],
  };
}

/** An entry as a replicator sends it. */
export function asDocument(entry: Entry, rev = `1-${entry.hash.slice(0, 32)}`): Record<string, unknown> {
  return { ...entry, _rev: rev };
}
