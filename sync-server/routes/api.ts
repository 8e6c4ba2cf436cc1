import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { maxContractBytes } from '#schemas/api/contracts.ts';
import { maxDeliveryFileBytes } from '#schemas/api/deliveries.ts';
import { maxComplaintBytes } from '#schemas/api/fair-play.ts';
import { maxOrderFileBytes } from '#schemas/api/order-file.ts';
import { maxPriceFileBytes } from '#schemas/api/prices.ts';
import { maxShipmentBytes } from '#schemas/api/shipments.ts';
import { maxCatalogueFileBytes, maxOffersBytes } from '#schemas/api/supplier-catalogue.ts';
import { maxExportBytes } from '#schemas/export/export-file.ts';
import { ApprovalRequests } from '../approvals/approval-requests.ts';
import { ApiKeys } from '../auth/api-keys.ts';
import { OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import { PasswordResets } from '../auth/password-reset.ts';
import { requireSameOrigin } from '../auth/same-origin.ts';
import { WebSessions } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';
import { maxPrintJobBytes } from '../feed/print-routes.ts';
import { PriceBooks } from '../prices/price-book.ts';
import { accountRoutes } from './account.ts';
import { apiError } from './answers.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes, storeAuditRoutes } from './audit.ts';
import { countRoutes } from './counts.ts';
import { couponRoutes } from './coupons.ts';
import { creditRoutes } from './credits.ts';
import { customerAccountRoutes } from './customer-accounts.ts';
import { customerReportRoutes } from './customer-report.ts';
import { deliveryRoutes } from './deliveries.ts';
import { exceptionRoutes } from './exceptions.ts';
import { exportRoutes } from './exports.ts';
import { fairPlayRoutes } from './fair-play.ts';
import { goodsRoutes } from './goods.ts';
import { goodsReportRoutes } from './goods-report.ts';
import { inStoreCodeRoutes } from './in-store-codes.ts';
import { invitationRoutes } from './invitations.ts';
import { itemPageSettingsRoutes } from './item-page.ts';
import { keyRoutes } from './keys.ts';
import { mountMembers } from './members.ts';
import { onlinePriceRoutes, priceFeedRoutes } from './online-prices.ts';
import { openPaymentRoutes } from './open-payments.ts';
import { storeOrderRoutes } from './orders.ts';
import { overviewRoutes } from './overview.ts';
import { ownEmailRoutes } from './own-email.ts';
import { pairRoutes } from './pair.ts';
import { pairingCodeRoutes } from './pairing-codes.ts';
import { passwordResetRoutes } from './password-reset.ts';
import { peopleReportRoutes } from './people-report.ts';
import { personDataRoutes } from './personal-data.ts';
import { placeRoutes } from './places.ts';
import { hookRoutes, priceHookRoutes } from './price-hook.ts';
import { priceListRoutes, pricingRulesRoutes } from './price-lists.ts';
import { priceParityRoutes } from './price-parity.ts';
import { printerRoutes, printJobRoutes } from './printing.ts';
import { maxPromotionBytes, promotionRoutes } from './promotions.ts';
import { putAsideRoutes } from './put-aside.ts';
import { maxQuoteBytes, quoteRoutes } from './quote.ts';
import { maxRecallBytes, recallRoutes, storeRecallRoutes } from './recalls.ts';
import { receiptDesignRoutes } from './receipt-design.ts';
import { reorderRoutes } from './reorder.ts';
import { reportRoutes } from './reports.ts';
import { returnRulesRoutes } from './return-rules.ts';
import { roleRoutes, roleTableRoutes } from './roles.ts';
import { scorecardRoutes } from './scorecards.ts';
import { sessionRoutes } from './session.ts';
import { setupRoutes } from './setup.ts';
import { shiftRoutes } from './shifts.ts';
import { staffRoutes } from './staff.ts';
import { statementRoutes } from './statements.ts';
import { stockRoutes } from './stock.ts';
import { supplierReportRoutes } from './supplier-report.ts';
import { supplierReturnRoutes } from './supplier-returns.ts';
import { storeSupplierRoutes, supplierRoutes } from './suppliers.ts';
import { suppliesRoutes } from './supplies.ts';
import { tenderRoutes } from './tenders.ts';
import { tillRoutes } from './tills.ts';
import { todayRoutes } from './today.ts';
import { transactionRoutes } from './transactions.ts';
import { transferRoutes } from './transfers.ts';
import { unitRoutes } from './units.ts';
import { unpostedRoutes } from './unposted.ts';
import { unsentLinkRoutes } from './unsent-links.ts';
import { webhookRoutes } from './webhooks.ts';
import { workRoutes } from './work.ts';

/** No message of `/api` is as long, files apart. */
const maxBodyBytes = 64_000;

function limitBody(maxSize: number) {
  return bodyLimit({ maxSize, onError: (c) => apiError(c, 413, 'too-large', `at most ${maxSize} bytes`) });
}

/** What may be longer than other messages, by the end of its path or by what it looks like. */
function limitBodies(): MiddlewareHandler {
  const limit = limitBody(maxBodyBytes);
  const [files, recalls] = [limitBody(maxDeliveryFileBytes), limitBody(maxRecallBytes)];
  const priceFiles = limitBody(maxPriceFileBytes);
  const longer = [
    ['/exports', limitBody(maxExportBytes)],
    ['/print-jobs', limitBody(maxPrintJobBytes)],
    ['/deliveries', files],
    ['/deliveries/csv', files],
    ['/recalls', recalls],
    [/\/promotions\/[^/]+$/, limitBody(maxPromotionBytes)],
    ['/quote', limitBody(maxQuoteBytes)],
    [/\/price-lists\/[^/]+\/entries(\/remove)?$/, limitBody(maxQuoteBytes)],
    [/\/price-lists\/[^/]+\/csv$/, priceFiles],
    ['/online-prices', limitBody(maxQuoteBytes)],
    ['/online-prices/csv', priceFiles],
    [/\/hooks\/online-prices\/[^/]+$/, limitBody(maxQuoteBytes)],
    ['/recalls/preview', recalls],
    ['/contract', limitBody(maxContractBytes)],
    ['/catalogue/csv', limitBody(maxCatalogueFileBytes)],
    ['/orders/csv', limitBody(maxOrderFileBytes)],
    [/\/catalogue(\/withdrawn|\/decisions)?$/, limitBody(maxOffersBytes)],
    [/\/fair-play\/complaints(\/[^/]+\/steps)?$/, limitBody(maxComplaintBytes)],
    ['/fair-play/rules', limitBody(maxComplaintBytes)],
    [/\/supplier-returns(\/[^/]+\/steps)?$/, limitBody(maxShipmentBytes)],
    [/\/shipments\/[^/]+$/, limitBody(maxShipmentBytes)],
  ] as const;
  const isOf = (path: string, end: string | RegExp) => (typeof end === 'string' ? path.endsWith(end) : end.test(path));
  return (c, next) => (longer.find(([end]) => isOf(c.req.path, end))?.[1] ?? limit)(c, next);
}

export type ApiOptions = {
  /** How browsers reach this server, without a path. */
  publicAddress?: string | undefined;
  /** The installation's secret (auth/secrets.ts); without it one of this process, and sessions end with it. */
  secret?: string | undefined;
  /** Tells the person at the server itself; without it nobody is told. */
  announce?: ((lines: string[]) => void) | undefined;
};

/** `/api`: pairing, first run, sessions and the manager's pages (schemas/api/). */
export function apiRoutes(context: ServerContext, options: ApiOptions = {}): Hono {
  const secret = options.secret ?? Buffer.from(context.randomBytes(32)).toString('base64url');
  const sessions = new WebSessions(context, secret);
  const keys = new ApiKeys(context);
  const office = new OfficeAuth(context, async (c) => keys.actorOf(c) ?? sessions.actorOf(c));
  const api = new Hono();
  api.use(limitBodies());
  api.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  // Neither has a cookie, so there is nothing that a foreign page could use: a till pairs, a hook's messages are signed.
  api.route('/pair', pairRoutes(context));
  api.route('/hooks', hookRoutes(context, secret));
  api.use(keys.door());
  // No foreign page can make a browser send a key.
  const sameOrigin = requireSameOrigin();
  api.use((c, next) => (keys.actorOf(c) ? next() : sameOrigin(c, next)));
  api.route('/session', sessionRoutes(sessions));
  api.route('/setup', setupRoutes(context, sessions));
  api.route('/account/email', ownEmailRoutes(context, office, sessions));
  api.route('/account', accountRoutes(context, office, sessions));
  api.route('/invitations', invitationRoutes(context, sessions));
  const resets = new PasswordResets(context, options.announce ?? (() => undefined));
  api.route('/password-reset', passwordResetRoutes(context, resets, options.publicAddress));
  api.route('/unsent-links', unsentLinkRoutes(context, office));
  api.route('/staff', staffRoutes(context, office, options.publicAddress));
  api.route('/roles', roleRoutes(context, office));
  api.route('/keys', keyRoutes(context, office));
  api.route('/webhooks', webhookRoutes(context, office));
  api.route('/suppliers', supplierRoutes(context, office));
  api.route('/statements', statementRoutes(context, office));
  api.route('/fair-play', fairPlayRoutes(context, office));
  api.route('/fair-play/scorecards', scorecardRoutes(context, office));
  api.route('/supplies', suppliesRoutes(context, office, options.publicAddress));
  api.route('/item-page', itemPageSettingsRoutes(context, office));
  api.route('/in-store-codes', inStoreCodeRoutes(context, office));
  api.route('/recalls', recallRoutes(context, office));
  api.route('/reports', reportRoutes(context, office));
  api.route('/audit', auditRoutes(context, office));
  api.route('/personal-data/people', personDataRoutes(context, office));

  const store = new Hono<OfficeEnv>();
  store.route('/overview', overviewRoutes(context, office));
  store.route('/transactions', transactionRoutes(context, office));
  mountReports(store, context, office);
  mountGoods(store, context, office);
  store.route('/shifts', shiftRoutes(context, office));
  store.route('/receipt-design', receiptDesignRoutes(context, office));
  store.route('/recalls', storeRecallRoutes(context, office));
  mountTenders(store, context, office);
  mountPrices(store, context, office);
  store.route('/tills', tillRoutes(context, office));
  store.route('/pairing-codes', pairingCodeRoutes(context, office, options.publicAddress));
  store.route('/exceptions', exceptionRoutes(context, office));
  store.route('/exports', exportRoutes(context, office));
  store.route('/printers', printerRoutes(context, office));
  store.route('/print-jobs', printJobRoutes(context, office));
  store.route('/unposted', unpostedRoutes(context, office));
  store.route('/staff', staffRoutes(context, office, options.publicAddress));
  store.route('/audit', storeAuditRoutes(context, office));
  store.route('/personal-data/people', personDataRoutes(context, office));
  mountMembers(store, context, office);
  store.route('/roles', roleTableRoutes(context, office));
  store.route('/price-hook', priceHookRoutes(context, office, secret));
  store.route('/approvals', approvalRoutes(context, new ApprovalRequests(context), office));
  api.route('/stores/:store', store);
  api.all('*', (c) => apiError(c, 404, 'not-found'));
  return api;
}

/** What became of a store's days, and what is to do, below a store. */
function mountReports(store: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  store.route('/reports', reportRoutes(context, office));
  store.route('/reports', todayRoutes(context, office));
  store.route('/reports', goodsReportRoutes(context, office));
  store.route('/reports', peopleReportRoutes(context, office));
  store.route('/reports', customerReportRoutes(context, office));
  store.route('/reports', supplierReportRoutes(context, office));
  store.route('/work', workRoutes(context, office));
}

/** What a store has, orders, awaits, counts and sends, below a store. */
function mountGoods(store: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  store.route('/stock', stockRoutes(context, office));
  store.route('/goods', goodsRoutes(context, office));
  store.route('/deliveries', deliveryRoutes(context, office));
  store.route('/counts', countRoutes(context, office));
  store.route('/suppliers', storeSupplierRoutes(context, office));
  store.route('/orders', storeOrderRoutes(context, office));
  store.route('/reorder', reorderRoutes(context, office));
  store.route('/supplier-returns', supplierReturnRoutes(context, office));
  store.route('/transfers', transferRoutes(context, office));
  store.route('/places', placeRoutes(context, office));
  store.route('/units', unitRoutes(context, office));
}

/** How a store is paid, what it takes back and what it owes, below a store. */
function mountTenders(store: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  store.route('/tenders', tenderRoutes(context, office));
  store.route('/return-rules', returnRulesRoutes(context, office));
  store.route('/credits', creditRoutes(context, office));
  store.route('/customer-accounts', customerAccountRoutes(context, office));
  store.route('/open-payments', openPaymentRoutes(context, office));
  store.route('/put-aside', putAsideRoutes(context, office));
}

/** Prices and promotions, below a store. */
function mountPrices(store: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const books = new PriceBooks(context);
  store.route('/price-lists', priceListRoutes(context, office));
  store.route('/pricing-rules', pricingRulesRoutes(context, office));
  store.route('/online-prices', onlinePriceRoutes(context, office));
  store.route('/price-feed', priceFeedRoutes(context, office));
  store.route('/promotions', promotionRoutes(context, office, books));
  store.route('/coupons', couponRoutes(context, office));
  store.route('/price-parity', priceParityRoutes(context, office));
  store.route('/quote', quoteRoutes(context, office, books));
}
