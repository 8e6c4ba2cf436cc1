import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { unreachable } from '#schemas/assert.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { category, store } from '../db/tables-merchant.ts';
import { bumpChain } from '../feed/revision.ts';
import { keepPriceVersions } from '../prices/price-versions.ts';
import { CategoryIds, maxCategories } from './category-ids.ts';
import { type DetectedEncoding, decodeText, detectEncoding, type FileEncoding } from './file-encoding.ts';
import type { HeaderFailure, ProductColumn } from './product-columns.ts';
import { readProducts } from './product-csv.ts';
import type { ProductProblem, ProductProblemCode } from './product-problems.ts';
import type { ProductRow, ProductRules } from './product-row.ts';
import {
  compareStaged,
  createStaging,
  foreignGtins,
  type ProductCounts,
  type StagedProduct,
  stage,
  writeMerged,
} from './product-staging.ts';

export type ImportOptions = {
  merchantId: string;
  /** The file's bytes; opened twice, first to find its encoding. */
  open(): AsyncIterable<Uint8Array>;
  /** When known, else it is looked for. */
  encoding?: FileEncoding | undefined;
  /** Everything but the writing. */
  dryRun?: boolean;
  /** How many problems are kept for showing; all are counted. */
  maxProblems?: number;
  onProgress?: (progress: ImportProgress) => void;
};
export type ImportProgress = { phase: 'checking' | 'comparing' | 'writing'; bytesRead: number; rows: number };

export type ImportReport = ProductCounts & {
  rows: number;
  categoriesChanged: number;
  encoding: FileEncoding;
  /** The encoding was concluded from frequent bytes: look at `sampleName`. */
  isEncodingGuess: boolean;
  /** The first name with other than ASCII characters. */
  sampleName: string | null;
  unknownColumns: string[];
  /** New SKUs without a tax class of their own got this one; null: there were none. */
  defaultTaxClass: string | null;
  /** The chain's revision of the change; null: nothing was written. */
  revision: number | null;
};

export type ImportFailure =
  | { code: 'no-store' | 'currencies-differ' | 'too-many-categories' }
  | { code: 'encoding-unknown'; line: number }
  | HeaderFailure
  | BadRows;
export type BadRows = {
  code: 'bad-rows';
  /** The first ones, in the order of the file. */
  problems: ProductProblem[];
  total: number;
  totals: Partial<Record<ProductProblemCode, number>>;
  rows: number;
};

const batchRows = 2_000;

/**
 * Imports products: all of the file or, when any row is bad, nothing. One transaction; rows that are not in the file stay,
 * and rows that are as they were keep their revision, so that tills are sent what changed and no more.
 */
export async function importProducts(
  context: ServerContext,
  options: ImportOptions,
): Promise<Result<ImportReport, ImportFailure>> {
  const encoding: Result<DetectedEncoding, ImportFailure> = options.encoding
    ? ok({ encoding: options.encoding, isGuess: false })
    : await detectEncoding(options.open());
  if (!encoding.ok) return encoding;
  const rules = await rulesOf(context, options.merchantId);
  if (!rules.ok) return rules;
  // A refusal commits too, but nothing is written then: the transaction's own tables go with it.
  const report = await inTransaction(context.database, async (client) => {
    const imported = await importWithin(client, options, encoding.value, rules.value);
    if (imported.ok && imported.value.revision !== null) {
      await keepPriceVersions(client, options.merchantId, imported.value.revision, context.nowMs());
    }
    return imported;
  });
  if (report.ok && report.value.revision !== null) context.changes.publish(options.merchantId);
  return report;
}

async function rulesOf(context: ServerContext, merchantId: string): Promise<Result<ProductRules, ImportFailure>> {
  const stores = await context.database.orm
    .select()
    .from(store)
    .where(eq(store.merchantId, merchantId))
    .orderBy(store.createdAtMs, store.storeId);
  const [first] = stores;
  if (!first) return fail({ code: 'no-store' });
  // Prices are rows of the chain, without a currency of their own.
  if (stores.some(({ currency }) => currency !== first.currency)) return fail({ code: 'currencies-differ' });
  const taxClasses = new Set(stores.flatMap(({ taxRules }) => taxRules.classes.map(({ taxClass }) => taxClass)));
  return ok({ currency: first.currency, taxClasses: [...taxClasses] });
}

async function importWithin(
  client: pg.PoolClient,
  options: ImportOptions,
  { encoding, isGuess }: DetectedEncoding,
  rules: ProductRules,
): Promise<Result<ImportReport, ImportFailure>> {
  const { merchantId, dryRun = false, onProgress } = options;
  const stored = await drizzle(client).select().from(category).where(eq(category.merchantId, merchantId));
  const staging = new Staging(client, new CategoryIds(stored), options.maxProblems ?? 50);
  await createStaging(client);
  let bytesRead = 0;
  const counted = countBytes(options.open(), (length) => {
    bytesRead += length;
    onProgress?.({ phase: 'checking', bytesRead, rows: staging.rows });
  });
  const failure = await staging.read(decodeText(counted, encoding), rules);
  if (failure) return fail(failure);
  const { rows } = staging;
  onProgress?.({ phase: 'comparing', bytesRead, rows });
  // Whoever else changes the chain waits from here on, so that what is compared is what is written over.
  if (!dryRun) await client.query('select from merchant_counter where merchant_id = $1 for update', [merchantId]);
  // Asked only when all rows are good: the owner may stand in a bad one.
  const owned = staging.badRows() ? [] : await foreignGtins(client, merchantId);
  for (const { line, gtin14, ownerId } of owned) {
    staging.problem({ line, column: 'gtins', read: gtin14, code: 'gtin-owned', detail: ownerId });
  }
  const bad = staging.badRows();
  if (bad) return fail(bad);
  const defaultTaxClass = rules.taxClasses[0] ?? '';
  const counts = await compareStaged(client, merchantId, staging.columns, { taxClass: defaultTaxClass });
  const changed = staging.categories.changed();
  const report: ImportReport = {
    ...counts,
    rows,
    categoriesChanged: changed.length,
    encoding,
    isEncodingGuess: isGuess,
    sampleName: staging.sampleName,
    unknownColumns: staging.unknownColumns,
    defaultTaxClass: staging.isTaxClassMissing && counts.added > 0 ? defaultTaxClass : null,
    revision: null,
  };
  const isSame = counts.added + counts.changed + changed.length === 0;
  if (dryRun || isSame) return ok(report);
  onProgress?.({ phase: 'writing', bytesRead, rows });
  const revision = await bumpChain(client, merchantId);
  if (changed.length > 0) {
    await drizzle(client)
      .insert(category)
      .values(changed.map(({ categoryId, names }) => ({ merchantId, categoryId, names })))
      .onConflictDoUpdate({ target: [category.merchantId, category.categoryId], set: { names: sql`excluded.names` } });
  }
  await writeMerged(client, merchantId, revision);
  return ok({ ...report, revision });
}

/** Takes a file's rows into the transaction's own tables, in batches, and gathers what is to be said about them. */
class Staging {
  readonly categories: CategoryIds;
  columns: ReadonlySet<ProductColumn> = new Set();
  rows = 0;
  sampleName: string | null = null;
  unknownColumns: string[] = [];
  isTaxClassMissing = false;
  readonly #client: pg.PoolClient;
  readonly #maxProblems: number;
  readonly #problems: ProductProblem[] = [];
  readonly #totals: BadRows['totals'] = {};
  #total = 0;
  #batch: StagedProduct[] = [];

  constructor(client: pg.PoolClient, categories: CategoryIds, maxProblems: number) {
    this.#client = client;
    this.categories = categories;
    this.#maxProblems = maxProblems;
  }

  /** All of the file; answers why it cannot be imported whatever its rows say, or null. */
  async read(text: AsyncIterable<string>, rules: ProductRules): Promise<ImportFailure | null> {
    for await (const event of readProducts(text, rules)) {
      switch (event.type) {
        case 'header-failure':
          return event.failure;
        case 'header':
          this.columns = new Set(event.header.columns.filter((column) => column !== null));
          this.unknownColumns = event.header.unknown;
          break;
        case 'problems':
          this.rows += 1;
          for (const problem of event.problems) this.problem(problem);
          break;
        case 'row':
          this.rows += 1;
          await this.#take(event.row);
          break;
        default:
          unreachable(event);
      }
      if (this.categories.count() > maxCategories) return { code: 'too-many-categories' };
    }
    await this.#flush();
    return null;
  }

  problem(problem: ProductProblem): void {
    this.#total += 1;
    this.#totals[problem.code] = (this.#totals[problem.code] ?? 0) + 1;
    if (this.#problems.length < this.#maxProblems) this.#problems.push(problem);
  }

  badRows(): BadRows | null {
    if (this.#total === 0) return null;
    const problems = this.#problems.sort((a, b) => a.line - b.line);
    return { code: 'bad-rows', problems, total: this.#total, totals: this.#totals, rows: this.rows };
  }

  async #take(row: ProductRow): Promise<void> {
    const isAscii = (name: string | null) => name === null || /^[ -~]*$/.test(name);
    this.sampleName ??= [row.nameZhHans, row.nameZhHant, row.nameEn].find((name) => !isAscii(name)) ?? null;
    this.isTaxClassMissing ||= row.taxClass === null;
    this.#batch.push({ ...row, categoryId: this.categories.idOf(row) });
    if (this.#batch.length >= batchRows) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#batch.length > 0) await stage(this.#client, this.#batch);
    this.#batch = [];
  }
}

async function* countBytes(bytes: AsyncIterable<Uint8Array>, count: (length: number) => void) {
  for await (const chunk of bytes) {
    count(chunk.length);
    yield chunk;
  }
}
