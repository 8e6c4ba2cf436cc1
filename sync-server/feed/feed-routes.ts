import { Hono } from 'hono';
import { hashSchema } from '#schemas/journal/envelope.ts';
import { deltaQuerySchema } from '#schemas/sync/delta-query.ts';
import { protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { ApprovalRequests } from '../approvals/approval-requests.ts';
import { requireDiscardingTill, requireTill, type TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseQuery } from '../routes/answers.ts';
import { tillLookupRoutes } from '../trace/till-lookup.ts';
import { tillApprovalRoutes } from './approval-routes.ts';
import { creditLookupRoutes } from './credit-lookup-routes.ts';
import { DeltaWaiter } from './delta.ts';
import { discardRoutes, instructionRoutes } from './instruction-routes.ts';
import { manifestJson, pageGzip, preparePages, scopesOf } from './manifest.ts';
import { memberLookupRoutes } from './member-lookup-routes.ts';
import { onlineQuoteRoutes } from './online-quote-routes.ts';
import { PageKeeper } from './page-keeper.ts';
import { personKeyRoutes } from './person-key-routes.ts';
import {
  changedPricesRoutes,
  tillLabelJobRoutes,
  tillPrinterRoutes,
  tillPrintJobRoutes,
  tillReceiptJobRoutes,
} from './print-routes.ts';
import { receiptLookupRoutes } from './receipt-lookup-routes.ts';
import { StoreConfigs } from './store-config.ts';
import { TillReports } from './till-reports.ts';

/** A first cut of a very large store may take longer than a client waits; it asks again. */
const manifestWaitMs = 50_000;

/** `/feed`: manifest, pages and deltas of the till's own store (schemas/sync/feed.ts). */
export function feedRoutes(context: ServerContext, keeper = new PageKeeper(context)): Hono<TillEnv> {
  const routes = new Hono<TillEnv>();
  const deltas = new DeltaWaiter(context, new StoreConfigs(context));
  const reports = new TillReports(context);

  routes.use('/:store/discards/*', requireDiscardingTill(context));
  routes.route('/:store/discards', discardRoutes(context));
  routes.use('/:store/*', requireTill(context));
  routes.use('/:store/*', async (c, next) => {
    const protocol = c.req.header(protocolHeader);
    if (protocol !== undefined && protocol !== String(protocolVersion)) return apiError(c, 400, 'protocol-unknown');
    return next();
  });

  routes.get('/:store/manifest', async (c) => {
    const till = c.get('till');
    const prepared = await within(manifestWaitMs, preparePages(keeper, till));
    const manifest = prepared ? await manifestJson(context, till) : null;
    if (manifest === null) {
      c.header('Retry-After', '1');
      return apiError(c, 503, 'busy', 'the pages are being cut');
    }
    return c.body(manifest, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  });

  routes.get('/:store/page/:hash', async (c) => {
    const hash = hashSchema.safeParse(c.req.param('hash'));
    if (!hash.success) return apiError(c, 400, 'bad-request', 'a page is named by its SHA-256');
    const immutable = {
      ETag: `"${hash.data}"`,
      'Cache-Control': 'private, max-age=31536000, immutable',
      Vary: 'Authorization',
    };
    const gzip = await pageGzip(context, c.get('till'), hash.data);
    if (gzip === null) return apiError(c, 404, 'page-gone');
    if (c.req.header('if-none-match') === immutable.ETag) return c.body(null, 304, immutable);
    return c.body(new Uint8Array(gzip), 200, {
      ...immutable,
      'Content-Type': 'application/octet-stream',
      'Content-Encoding': 'gzip',
    });
  });

  routes.get('/:store/delta', async (c) => {
    const query = parseQuery(c, deltaQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const till = c.get('till');
    reports.stamp(till, query.value);
    const delta = await deltas.answer(till, query.value, c.req.raw.signal);
    if (delta === null) return apiError(c, 403, 'till-revoked');
    for (const scope of Object.values(scopesOf(till))) keeper.consider(scope);
    return c.body(delta, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  });

  routes.route('/:store/instructions', instructionRoutes(context));
  routes.route('/:store/approvals', tillApprovalRoutes(new ApprovalRequests(context)));
  routes.route('/:store/units', tillLookupRoutes(context));
  routes.route('/:store/online-quote', onlineQuoteRoutes(context));
  routes.route('/:store/receipts', receiptLookupRoutes(context));
  routes.route('/:store/person-keys', personKeyRoutes(context));
  routes.route('/:store/members', memberLookupRoutes(context));
  routes.route('/:store/credits', creditLookupRoutes(context));
  routes.route('/:store/printers', tillPrinterRoutes(context));
  routes.route('/:store/print-jobs', tillPrintJobRoutes(context));
  routes.route('/:store/receipt-jobs', tillReceiptJobRoutes(context));
  routes.route('/:store/label-jobs', tillLabelJobRoutes(context));
  routes.route('/:store/changed-prices', changedPricesRoutes(context));
  return routes;
}

/** Whether `work` ended in time; it goes on all the same. */
async function within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
