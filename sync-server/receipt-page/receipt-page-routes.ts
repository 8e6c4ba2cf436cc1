import { timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type Entry, idSchema, parseEntryId } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import { ownWordsIn, plainReceiptDesign, type ReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { receiptKeyLength, receiptOf } from '#schemas/receipt/receipt-of.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { clientNetwork } from '../auth/client-address.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { drawnPagePolicy } from '../item-page/page-frame.ts';
import { readerLocale } from '../item-page/reader-locale.ts';
import { voidedBySql } from '../journal/voided-by.ts';
import { setOwnPolicy } from '../routes/security-headers.ts';
import { renderReceipt, renderReceiptTrouble } from './receipt-html.ts';
import type { ReceiptTrouble } from './receipt-page-texts.ts';

/** Receipts that one address may ask for: guests of one shop's network, and nobody who tries keys. */
const receiptsRule = { burst: 60, perSecond: 1 };
const statusOf = { 'not-here': 404, 'too-many': 429, busy: 503 } as const satisfies Record<ReceiptTrouble, number>;
const keyPattern = new RegExp(`^[0-9a-f]{${receiptKeyLength}}$`);

/** `/r/<store>/<entry>?k=<key>`: the e-receipt. Public to whoever has its link, which a till makes without a network. */
export function receiptPageRoutes(context: ServerContext): Hono {
  const routes = new Hono();
  const buckets = new TokenBuckets(context, receiptsRule);
  routes.get('/r/:store/:entry', async (c) => {
    const address = clientNetwork(c);
    // What comes from this very process is our own (tests, simulation).
    const waitMs = address === 'in-process' ? 0 : buckets.take(address);
    if (waitMs > 0) {
      c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
      return answerReceiptTrouble(c, 'too-many');
    }
    const locale = localeOf(c);
    const receipt = await readReceipt(context, c.req.param('store'), c.req.param('entry'), keyOf(c), locale);
    if (receipt === null) return answerReceiptTrouble(c, 'not-here');
    prepare(c, locale);
    return c.html(renderReceipt(receipt, `k=${keyOf(c)}`));
  });
  return routes;
}

export function answerReceiptTrouble(c: Context, code: ReceiptTrouble): Response | Promise<Response> {
  const locale = localeOf(c);
  prepare(c, locale);
  const key = keyOf(c);
  return c.html(renderReceiptTrouble(code, locale, key === '' ? '' : `k=${key}`), statusOf[code]);
}

function prepare(c: Context, locale: LocaleCode): void {
  setOwnPolicy(c, drawnPagePolicy);
  c.header('Content-Language', locale);
  c.header('Vary', 'Accept-Language');
  // Whoever has the link has the receipt: no cache on the way keeps it.
  c.header('Cache-Control', 'private, no-store');
  c.header('X-Robots-Tag', 'noindex');
}

function localeOf(c: Context): LocaleCode {
  return readerLocale(c.req.query('lang') ?? null, c.req.header('accept-language'));
}

/** Empty: none that could be one. */
function keyOf(c: Context): string {
  const key = c.req.query('k') ?? '';
  return keyPattern.test(key) ? key : '';
}

type Row = {
  /** JSON, as it came. */
  document: string;
  hash: string;
  storeName: string;
  merchantName: string;
  address: string;
  timeZone: string;
  operatorName: string | null;
  voidedBy: string | null;
  design: ReceiptDesign | null;
};

/** The receipt that this key opens; null: there is none, or not yet, or the key is another's. */
async function readReceipt(
  context: ServerContext,
  storeId: string,
  entryId: string,
  key: string,
  locale: LocaleCode,
): Promise<Receipt | null> {
  const id = parseEntryId(entryId);
  if (id === null || key === '' || !idSchema.safeParse(storeId).success) return null;
  const { rows } = await context.database.pool.query<Row>({
    name: 'receipt-page',
    text: `select j.document, j.hash, s.name as "storeName", m.name as "merchantName", s.address,
                  s.time_zone as "timeZone", o.name as "operatorName",
                  ${voidedBySql('$1', '$4')} as "voidedBy",
                  s.receipt_design as design
             from journal j
             join store s using (store_id)
             join merchant m using (merchant_id)
             left join operator o on o.merchant_id = m.merchant_id and o.operator_id = j.document ->> 'operatorId'
            where j.store_id = $1 and j.till_number = $2 and j.sequence = $3 and j.kind = 'retail-transaction'`,
    values: [storeId, id.tillNumber, id.sequence, entryId],
  });
  const [row] = rows;
  if (row === undefined || !isKeyOf(row.hash, key)) return null;
  const entry = JSON.parse(row.document) as Entry;
  const fact = factOf(entry);
  if (!fact.ok || fact.value.kind !== 'retail-transaction') return null;
  const { storeName, merchantName, address, timeZone, operatorName, voidedBy, design } = row;
  const shop = { storeName, merchantName, address, timeZone, operatorName: operatorName ?? '' };
  const { logo } = design ?? plainReceiptDesign;
  const own = { logo, ...ownWordsIn(design ?? plainReceiptDesign, locale) };
  return receiptOf(entry, fact.value.body, { ...shop, ...own, locale, origin: null, isCopy: false, voidedBy });
}

function isKeyOf(hash: string, key: string): boolean {
  return timingSafeEqual(Buffer.from(hash.slice(0, receiptKeyLength)), Buffer.from(key));
}
