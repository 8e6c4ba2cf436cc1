import type pg from 'pg';
import {
  type CatalogueAnswer,
  type Decided,
  type Decisions,
  maxCatalogueArticles,
  type Offered,
} from '#schemas/api/supplier-catalogue.ts';
import { type CatalogueArticle, type Offer, type OfferStep, takeOfferStep } from '#schemas/procurement/offer.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { supplierArticle } from '../db/tables-suppliers.ts';
import { type FairPlayFailure, lockSupplier, type Parties } from '../fair-play/deposit.ts';
import { readCatalogueFile } from './catalogue-csv.ts';

type Actor = Parties & { by: AuditActor };
type Row = typeof supplierArticle.$inferSelect;
type Known = Map<string, CatalogueArticle>;

/** What the chain's stores reckon in, the most used first. */
export async function readCurrencies(database: Queryable, merchantId: string): Promise<string[]> {
  const { rows } = await database.query<{ currency: string }>(
    'select currency from store where merchant_id = $1 group by currency order by count(*) desc, currency',
    [merchantId],
  );
  return rows.map(({ currency }) => currency);
}

async function readArticles(database: Queryable, parties: Parties, articles: readonly string[]): Promise<Known> {
  const { rows } = await database.query<CatalogueArticle & Pick<Row, 'article'>>(
    `select article, version, offered, taken, sku_id as "skuId", note from supplier_article
      where merchant_id = $1 and supplier_id = $2 and article = any ($3)`,
    [parties.merchantId, parties.supplierId, articles],
  );
  return new Map(rows.map(({ article, ...state }) => [article, state]));
}

/** Keeps articles as they stand now, all in one statement. */
async function keep(context: ServerContext, tx: pg.PoolClient, parties: Parties, after: Known): Promise<void> {
  const rows = Array.from(after, ([article, state]) => ({ article, ...state }));
  await tx.query(
    `insert into supplier_article (merchant_id, supplier_id, article, version, offered, taken, sku_id, note, changed_at_ms)
     select $1, $2, r.article, r.version, nullif(r.offered, 'null'::jsonb), nullif(r.taken, 'null'::jsonb), r."skuId", r.note, $4
       from jsonb_to_recordset($3::jsonb)
         as r(article text, version int4, offered jsonb, taken jsonb, "skuId" text, note text)
     on conflict (merchant_id, supplier_id, article) do update set version = excluded.version, offered = excluded.offered,
       taken = excluded.taken, sku_id = excluded.sku_id, note = excluded.note, changed_at_ms = excluded.changed_at_ms`,
    [parties.merchantId, parties.supplierId, JSON.stringify(rows), context.nowMs()],
  );
}

type Sorted = Offered & { after: Known };

function sortOffers(known: Known, offers: readonly Offer[]): Sorted {
  const sorted: Sorted = { added: 0, changed: 0, unchanged: 0, after: new Map() };
  for (const offer of offers) {
    const before = known.get(offer.article) ?? null;
    const taken = takeOfferStep(before, { step: 'offered', offer });
    if (taken.ok) sorted.after.set(offer.article, taken.value);
    sorted[taken.ok ? (before === null ? 'added' : 'changed') : 'unchanged'] += 1;
  }
  return sorted;
}

/** [CA1] The supplier offers articles: those that are new or other wait for the buyer. */
export async function offerArticles(
  context: ServerContext,
  actor: Actor,
  offers: readonly Offer[],
): Promise<Result<Offered, FairPlayFailure>> {
  return inTransaction(context.database, async (tx) => {
    await lockSupplier(tx, actor);
    const currencies = await readCurrencies(tx, actor.merchantId);
    const foreign = offers.find(({ currency }) => !currencies.includes(currency));
    if (foreign) return fail({ code: 'bad-request', detail: `currency: no store reckons in ${foreign.currency}` });
    const articles = offers.map(({ article }) => article);
    if (new Set(articles).size < articles.length) return fail({ code: 'bad-request', detail: 'article: twice' });
    const { after, ...counts } = sortOffers(await readArticles(tx, actor, articles), offers);
    if (counts.added > 0 && (await countArticles(tx, actor)) + counts.added > maxCatalogueArticles) {
      return fail({ code: 'bad-request', detail: `there can be ${maxCatalogueArticles} articles` });
    }
    if (after.size > 0) {
      await keep(context, tx, actor, after);
      await record(context, tx, actor, { action: 'supplier-catalogue-changed', after: counts });
    }
    return ok(counts);
  });
}

async function countArticles(tx: pg.PoolClient, { merchantId, supplierId }: Parties): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from supplier_article where merchant_id = $1 and supplier_id = $2',
    [merchantId, supplierId],
  );
  return rows[0]?.count ?? 0;
}

/** [CA3] A file: whole or not at all. */
export async function offerFile(
  context: ServerContext,
  actor: Actor,
  { bytes, isPreview }: { bytes: Uint8Array; isPreview: boolean },
): Promise<Result<CatalogueAnswer, FairPlayFailure>> {
  const { pool } = context.database;
  const { offers, ...read } = await readCatalogueFile(bytes, await readCurrencies(pool, actor.merchantId));
  const isWhole = read.failure === null && read.problemCount === 0;
  if (isPreview || !isWhole) {
    const known = await readArticles(
      pool,
      actor,
      offers.map(({ article }) => article),
    );
    const { after: _, ...counts } = sortOffers(known, read.failure === null ? offers : []);
    return ok({ ...read, ...counts });
  }
  const offered = await offerArticles(context, actor, offers);
  return offered.ok ? ok({ ...read, ...offered.value }) : offered;
}

/** [CA1] Articles that are offered no more; nobody orders by them. */
export async function withdrawArticles(
  context: ServerContext,
  actor: Actor,
  articles: readonly string[],
): Promise<Offered> {
  return inTransaction(context.database, async (tx) => {
    await lockSupplier(tx, actor);
    const after: Known = new Map();
    for (const [article, before] of await readArticles(tx, actor, articles)) {
      const taken = takeOfferStep(before, { step: 'withdrawn' });
      if (taken.ok) after.set(article, taken.value);
    }
    if (after.size > 0) {
      await keep(context, tx, actor, after);
      const withdrawn = { withdrawn: [...after.keys()] };
      await record(context, tx, actor, { action: 'supplier-catalogue-changed', after: withdrawn });
    }
    return { added: 0, changed: after.size, unchanged: new Set(articles).size - after.size };
  });
}

/** [CA2] The buyer takes or declines; what was offered anew meanwhile, it has not read. */
export async function decideOffers(
  context: ServerContext,
  actor: Actor,
  decisions: Decisions['decisions'],
): Promise<Result<Decided, FairPlayFailure>> {
  return inTransaction(context.database, async (tx) => {
    if (!(await lockSupplier(tx, actor))) return fail({ code: 'not-found', detail: 'no such supplier' });
    const known = await readArticles(
      tx,
      actor,
      decisions.map(({ article }) => article),
    );
    const skus = await readGoodsOf(tx, actor.merchantId, decisions, known);
    const after: Known = new Map();
    const refused: Decided['refused'] = [];
    for (const { article, version, isTaken, skuId, note } of decisions) {
      const before = known.get(article);
      const found = skus.get(skuId ?? '') ?? skus.get(before?.offered?.gtin14 ?? '');
      const step: OfferStep = isTaken ? { step: 'taken', skuId: found ?? '' } : { step: 'declined', note };
      const taken = before?.version === version && !after.has(article) ? takeOfferStep(before, step) : null;
      if (!taken?.ok) refused.push({ article, code: 'conflict' });
      else if (isTaken && (found === undefined || (skuId !== null && found !== skuId))) {
        refused.push({ article, code: 'goods-unknown' });
      } else after.set(article, taken.value);
    }
    if (after.size > 0) {
      await keep(context, tx, actor, after);
      const told = decisions.filter(({ article }) => after.has(article));
      await record(context, tx, actor, { action: 'supplier-offers-decided', after: { decisions: told } });
    }
    return ok({ decided: after.size, refused });
  });
}

/** SKUs by their ids, and by GTINs of what is offered. */
async function readGoodsOf(tx: pg.PoolClient, merchantId: string, decisions: Decisions['decisions'], known: Known) {
  const named = decisions.flatMap(({ skuId }) => (skuId === null ? [] : [skuId]));
  const gtins = [...known.values()].flatMap(({ offered }) => (offered?.gtin14 ? [offered.gtin14] : []));
  const { rows } = await tx.query<{ name: string; skuId: string }>(
    `select sku_id as name, sku_id as "skuId" from sku where merchant_id = $1 and sku_id = any ($2) and not deleted
     union all
     select g.gtin14, g.sku_id from gtin g join sku k on k.merchant_id = g.merchant_id and k.sku_id = g.sku_id and not k.deleted
      where g.merchant_id = $1 and g.gtin14 = any ($3) and not g.deleted`,
    [merchantId, named, gtins],
  );
  return new Map(rows.map(({ name, skuId }) => [name, skuId]));
}

function record(
  context: ServerContext,
  tx: pg.PoolClient,
  { merchantId, supplierId, by }: Actor,
  { action, after }: { action: 'supplier-catalogue-changed' | 'supplier-offers-decided'; after: object },
): Promise<void> {
  const subject = { subjectType: 'supplier', subjectId: supplierId };
  return recordAudit(tx, context, by, { merchantId, storeId: null, action, ...subject, after });
}
