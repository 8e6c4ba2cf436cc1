import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { assert } from '#schemas/assert.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import { createPairingCode } from '#sync-server/auth/pairing.ts';
import { keySealOf } from '#sync-server/auth/private-keys.ts';
import { importProducts } from '#sync-server/catalogue/import-products.ts';
import { createMerchant, createStore, firstPlaceId } from '#sync-server/catalogue/new-store.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { prepareDatabase } from '#sync-server/db/prepare-database.ts';
import { ChangeBus } from '#sync-server/feed/change-bus.ts';
import { postedOf } from '#sync-server/journal/journal-state.ts';
import { createOperator } from '#sync-server/people/new-operator.ts';
import { BatchTill } from './batch-till.ts';
import { type Check, checksOf } from './checks.ts';
import { type FileSums, sumFile } from './file-sums.ts';
import { factsOf, type Shop } from './invoice-facts.ts';
import { type PostedSums, sumPosted } from './posted-sums.ts';
import { PouchTill } from './pouch-till.ts';
import { productCsv, readCatalogue } from './product-file.ts';
import { startReplayServer } from './replay-server.ts';
import { operatorId, pairTill, type ReplayTill } from './replay-till.ts';
import { type Invoice, readInvoices } from './sales-file.ts';
import { Tally } from './tally.ts';

export type ReplayOptions = {
  salesFile: string;
  productsFile: string;
  /** An empty database. */
  databaseUrl: string;
  tills: number;
  /** So many of the tills are PouchDB's, with the tablet's own journal and replicator. */
  pouchTills: number;
  /** At most so many invoices. */
  limit: number;
  onPhase(phase: string): void;
  onProgress(progress: { entries: number; invoices: number; invoicesTotal: number }): void;
};

export type ReplayResult = {
  file: FileSums;
  tally: Tally;
  posted: PostedSums;
  checks: Check[];
  products: number;
  entriesByTill: { tillNumber: number; isPouch: boolean; entries: number }[];
  /** From the first sale to the last posted entry. */
  playedMs: number;
};

const storeId = 'replay';
const merchantId = 'replay';
/** The file has no tax: all goods are taken to hold the 20 % that Britain had from January 2011. */
const taxRules: TaxRules = {
  pricesIncludeTax: true,
  classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
  cashStepMinor: 1,
};

/** Plays the sales file on a server of its own and compares what came out with what went in. */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const { salesFile, limit } = options;
  options.onPhase('Adding up the sales file');
  const file = await sumFile(salesFile, limit);
  const secret = randomBytes(24).toString('hex');
  const addresses = { ownerUrl: options.databaseUrl, appUrl: null, secret, mayReset: true };
  const { url: databaseUrl } = await prepareDatabase(addresses);
  const database = openDatabase(databaseUrl, { poolSize: 4 });
  const changes = new ChangeBus();
  const log = pino({ level: 'warn' });
  const strongBytes = (count: number) => new Uint8Array(randomBytes(count));
  const keySeal = keySealOf(secret);
  const context: ServerContext = { database, keySeal, changes, log, nowMs: Date.now, randomBytes: strongBytes };
  try {
    options.onPhase('Importing the catalogue');
    const { shop, products } = await openShop(context, options, file);
    const server = await startReplayServer(databaseUrl, secret);
    try {
      options.onPhase('Playing the invoices');
      const played = await play(context, server.baseUrl, options, shop, file.invoices);
      const posted = await sumPosted(database.pool, storeId);
      return { file, products, posted, ...played, checks: checksOf(file, played.tally, posted) };
    } finally {
      await server.stop();
    }
  } finally {
    await changes.close();
    await database.close();
  }
}

async function openShop(context: ServerContext, { productsFile }: ReplayOptions, file: FileSums) {
  await createMerchant(context, { merchantId, name: 'Replay' });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
  await createStore(context, { storeId, merchantId, name: 'Replay of real sales', ...place });
  await createOperator(context, { storeId, operatorId, name: 'Replay', role: 'store-manager' });
  const catalogue = await readCatalogue(productsFile, file.codes);
  const open = () => productCsv(catalogue.values());
  const imported = await importProducts(context, { merchantId, open });
  assert(imported.ok, `the catalogue can be imported: ${imported.ok ? '' : JSON.stringify(imported.error)}`);
  const nameOf = (skuId: string) => catalogue.get(skuId)?.name ?? null;
  const shop: Shop = { currency: 'GBP', taxRules, taxClass: 'standard', placeId: firstPlaceId, nameOf };
  return { shop, products: imported.value.added };
}

async function play(
  context: ServerContext,
  baseUrl: string,
  options: ReplayOptions,
  shop: Shop,
  invoicesTotal: number,
) {
  const tally = new Tally();
  let entries = 0;
  const onPosted = (count: number) => {
    entries += count;
    options.onProgress({ entries, invoices: tally.invoices, invoicesTotal });
  };
  const tills: ReplayTill[] = [];
  for (let at = 0; at < options.tills; at += 1) {
    const { code } = await createPairingCode(context, storeId);
    const pairing = await pairTill(baseUrl, code, `Replay ${at + 1}`);
    const postedThrough = async (tillNumber: number) => (await postedOf(context, storeId, tillNumber)).through;
    const till =
      at < options.pouchTills
        ? await PouchTill.open(baseUrl, pairing, postedThrough, onPosted)
        : new BatchTill(baseUrl, pairing, onPosted);
    tills.push(till);
  }
  const dealer = new Dealer(readInvoices(options.salesFile), tills.length, options.limit);
  const entriesByTill = tills.map((till, at) => {
    return { tillNumber: till.tillNumber, isPouch: at < options.pouchTills, entries: 0 };
  });
  const startedAtMs = performance.now();
  await Promise.all(
    tills.map(async (till, at) => {
      for (let invoice = await dealer.next(at); invoice !== null; invoice = await dealer.next(at)) {
        const read = factsOf(invoice, shop);
        tally.add(read);
        for (const fact of read.facts) {
          await till.commit(fact, read.atMs);
          const counted = entriesByTill[at];
          if (counted) counted.entries += 1;
        }
      }
      await till.flush();
    }),
  );
  const playedMs = performance.now() - startedAtMs;
  for (const till of tills) await till.close();
  return { tally, entriesByTill, playedMs };
}

/** Deals invoices to the tills in turn, so that each plays its own in the order of time. */
class Dealer {
  readonly #invoices: AsyncIterator<Invoice>;
  readonly #hands: Invoice[][];
  readonly #limit: number;
  #dealt = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(invoices: AsyncIterable<Invoice>, tills: number, limit: number) {
    this.#invoices = invoices[Symbol.asyncIterator]();
    this.#hands = Array.from({ length: tills }, () => []);
    this.#limit = limit;
  }

  /** The next invoice of a till, or null when there is none. */
  next(till: number): Promise<Invoice | null> {
    const invoice = this.#reading.then(() => this.#draw(till));
    this.#reading = invoice;
    return invoice;
  }

  async #draw(till: number): Promise<Invoice | null> {
    const hand = this.#hands[till];
    assert(hand, 'the till has a hand');
    while (hand.length === 0) {
      if (this.#dealt >= this.#limit) {
        await this.#invoices.return?.();
        return null;
      }
      const { done, value } = await this.#invoices.next();
      if (done) return null;
      this.#hands[this.#dealt % this.#hands.length]?.push(value);
      this.#dealt += 1;
    }
    return hand.shift() ?? null;
  }
}
