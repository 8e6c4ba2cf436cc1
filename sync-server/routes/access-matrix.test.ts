import type { Hono } from 'hono';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRight, type Right } from '#schemas/policy/rights.ts';
import { createApp } from '../app.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { accountAccess } from './account-access.ts';
import { countAccess } from './count-access.ts';
import { fairPlayAccess } from './fair-play-access.ts';
import {
  type Asker,
  makeAskers,
  mayIn,
  type StoreName,
  type SupplierName,
  scopeOf,
  signIn,
  stores,
  supplierScopeOf,
  suppliers,
} from './matrix-askers.ts';
import { memberAccess, memberPageAccess } from './member-access.ts';
import { orderAccess } from './order-access.ts';
import { priceAccess } from './price-access.ts';
import { reportAccess } from './report-access.ts';
import { tillAccess } from './till-access.ts';

/**
 * Who gets in where (A1). A right: whoever holds it in the store of the path, with the supplier of a path below
 * `/api/supplies`, or in the chain where the path names neither. A new route without a line here fails the test.
 */
const table: Readonly<Record<string, Access>> = {
  'GET /healthz': 'anybody',
  'GET /readyz': 'anybody',
  'GET /*': 'anybody',
  'GET /api/trust': 'anybody',
  'GET /onecode-certificate.crt': 'anybody',
  'GET /01/*': 'anybody',
  'GET /r/:store/:entry': 'anybody',
  ...memberPageAccess,
  'GET /.well-known/gs1resolver': 'anybody',
  'GET /api/in-store-codes': 'edit-item-page',
  'POST /api/in-store-codes': 'edit-item-page',
  'GET /api/item-page': 'edit-item-page',
  'POST /api/item-page': 'edit-item-page',
  'GET /api/item-page/stories': 'edit-item-page',
  'POST /api/item-page/stories/:sku': 'edit-item-page',

  'POST /api/pair': 'anybody',
  // Whose message it is says its signature (price-hook.test.ts).
  'POST /api/hooks/online-prices/:hook': 'anybody',
  'GET /api/session': 'a person',
  'POST /api/session': 'anybody',
  'DELETE /api/session': 'anybody',
  'POST /api/session/second-factor': 'anybody',
  'POST /api/session/passkey/options': 'anybody',
  'POST /api/session/passkey': 'anybody',
  'POST /api/invitations/open': 'anybody',
  'POST /api/invitations/accept': 'anybody',
  'POST /api/password-reset': 'anybody',
  'POST /api/password-reset/open': 'anybody',
  'POST /api/password-reset/finish': 'anybody',
  'GET /api/unsent-links': 'a person',
  'GET /api/account': 'a person',
  'POST /api/account/password': 'a person',
  'POST /api/account/passkeys/options': 'a person',
  'POST /api/account/passkeys': 'a person',
  'POST /api/account/passkeys/:passkey': 'a person',
  'DELETE /api/account/passkeys/:passkey': 'a person',
  'POST /api/account/email': 'a person',
  'POST /api/account/second-factor': 'a person',
  'POST /api/account/second-factor/confirm': 'a person',
  'POST /api/account/second-factor/off': 'a person',
  'POST /api/account/backup-codes': 'a person',
  'DELETE /api/account/sessions/:session': 'a person',
  'POST /api/account/sessions/end-others': 'a person',
  'GET /api/setup': 'anybody',
  'POST /api/setup': 'anybody',

  'GET /api/stores/:store/overview': 'read-reports',
  'GET /api/stores/:store/transactions': 'read-reports',
  'GET /api/stores/:store/transactions/:entryId': 'read-reports',
  'GET /api/stores/:store/stock': 'read-reports',
  'GET /api/stores/:store/goods': 'read-reports',
  'GET /api/stores/:store/goods/:sku/prices': 'read-reports',
  'GET /api/stores/:store/online-prices': 'read-reports',
  'GET /api/stores/:store/units': 'read-reports',
  'GET /api/stores/:store/units/:gtin14/:serial': 'read-reports',
  'GET /api/stores/:store/units/:gtin14/:serial/epcis': 'read-reports',
  'GET /api/stores/:store/units/:gtin14/:serial/photos/:entryId/:line': 'read-reports',
  'GET /api/recalls/deliveries': 'recall-goods',
  'GET /api/recalls/suppliers': 'recall-goods',
  'POST /api/recalls/preview': 'recall-goods',
  'POST /api/recalls': 'recall-goods',
  'POST /api/recalls/:recall/end': 'recall-goods',
  ...priceAccess,
  ...reportAccess,
  ...countAccess,
  ...accountAccess,
  ...memberAccess,
  'GET /api/stores/:store/recalls': 'read-reports',
  'GET /api/stores/:store/recalls/:recall': 'read-reports',
  'GET /api/stores/:store/recalls/:recall/units': 'read-reports',
  'GET /api/stores/:store/recalls/:recall/buyers': 'read-reports',
  'GET /api/stores/:store/recalls/:recall/buyers.csv': 'read-personal-data',
  'GET /api/stores/:store/deliveries': 'read-reports',
  'POST /api/stores/:store/deliveries': 'announce-delivery',
  'POST /api/stores/:store/deliveries/csv': 'announce-delivery',
  'GET /api/stores/:store/deliveries/:delivery': 'read-reports',
  'GET /api/stores/:store/deliveries/:delivery/cartons/:sscc': 'read-reports',
  'GET /api/stores/:store/deliveries/:delivery/photos/:entryId/:line': 'read-reports',
  'POST /api/stores/:store/deliveries/:delivery/close': 'receive-goods',
  'GET /api/stores/:store/suppliers': 'announce-delivery',
  'GET /api/suppliers': 'edit-suppliers',
  'POST /api/suppliers': 'edit-suppliers',
  'POST /api/suppliers/:supplier': 'edit-suppliers',
  'POST /api/suppliers/:supplier/end': 'edit-suppliers',
  'GET /api/supplies/:supplier': 'read-supplies',
  ...orderAccess,
  ...fairPlayAccess,
  'GET /api/supplies/:supplier/deliveries': 'read-supplies',
  'GET /api/supplies/:supplier/stores/:store/deliveries/:delivery': 'read-supplies',
  'POST /api/supplies/:supplier/stores/:store/deliveries': 'edit-supplies',
  'POST /api/supplies/:supplier/stores/:store/deliveries/csv': 'edit-supplies',
  'GET /api/supplies/:supplier/staff': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/staff': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/staff/:operator/grants': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/staff/:operator/grants/:grant/end': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/staff/:operator/invite': 'edit-supplier-staff',
  'GET /api/supplies/:supplier/keys': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/keys': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/keys/:key/rotate': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/keys/:key/revoke': 'edit-supplier-staff',
  'GET /api/supplies/:supplier/webhooks': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/webhooks': 'edit-supplier-staff',
  'GET /api/supplies/:supplier/webhooks/:webhook/messages': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/webhooks/:webhook/end': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/webhooks/:webhook/test': 'edit-supplier-staff',
  'POST /api/supplies/:supplier/webhooks/:webhook/messages/:message/again': 'edit-supplier-staff',
  'GET /api/stores/:store/transfers': 'read-reports',
  'GET /api/stores/:store/transfers/:transfer': 'read-reports',
  'GET /api/stores/:store/places': 'read-reports',
  'POST /api/stores/:store/places': 'edit-places',
  'POST /api/stores/:store/places/:place': 'edit-places',
  'POST /api/stores/:store/places/:place/close': 'edit-places',
  'POST /api/stores/:store/places/:place/open': 'edit-places',
  'GET /api/stores/:store/tills': 'read-reports',
  'POST /api/stores/:store/tills/:number/revoke': 'control-till',
  'POST /api/stores/:store/tills/:number/rename': 'control-till',
  'POST /api/stores/:store/tills/:number/move': 'control-till',
  'POST /api/stores/:store/tills/:number/wipe': 'control-till',
  'POST /api/stores/:store/tills/:number/stay': 'control-till',
  'POST /api/stores/:store/pairing-codes': 'pair-till',
  'GET /api/stores/:store/exceptions': 'read-reports',
  'GET /api/stores/:store/shifts': 'read-reports',
  'GET /api/stores/:store/shifts/export': 'read-reports',
  'GET /api/stores/:store/shifts/:shift': 'read-reports',
  'POST /api/stores/:store/shifts/rules': 'edit-shift-rules',
  'GET /api/stores/:store/tenders': 'read-reports',
  'POST /api/stores/:store/tenders': 'edit-tenders',
  'GET /api/stores/:store/return-rules': 'read-reports',
  'POST /api/stores/:store/return-rules': 'edit-tenders',
  'GET /api/stores/:store/credits': 'read-reports',
  'POST /api/stores/:store/credits/find': 'read-reports',
  'POST /api/stores/:store/credits/block': 'block-credit',
  'GET /api/stores/:store/open-payments': 'read-reports',
  'GET /api/stores/:store/put-aside': 'read-reports',
  'GET /api/stores/:store/receipt-design': 'read-reports',
  'POST /api/stores/:store/receipt-design': 'edit-printers',
  'GET /api/stores/:store/printers': 'label-units',
  'POST /api/stores/:store/printers': 'edit-printers',
  'POST /api/stores/:store/printers/:printer': 'edit-printers',
  'POST /api/stores/:store/printers/:printer/test': 'label-units',
  'DELETE /api/stores/:store/printers/:printer': 'edit-printers',
  'GET /api/stores/:store/print-jobs': 'label-units',
  'POST /api/stores/:store/print-jobs': 'label-units',
  'GET /api/stores/:store/print-jobs/:job': 'label-units',
  'POST /api/stores/:store/print-jobs/:job': 'label-units',
  'POST /api/stores/:store/print-jobs/:job/reprint': 'label-units',
  'GET /api/stores/:store/unposted': 'read-reports',
  'POST /api/stores/:store/exports': 'control-till',

  // Each request takes the right that it asks for; who has none of them there is shown an empty list.
  'GET /api/stores/:store/approvals': 'a person',
  'POST /api/stores/:store/approvals/:id': 'a person',

  'POST /feed/:store/instructions/:id/done': 'the till',
  'POST /feed/:store/discards/:id/done': 'a till to be cleared',
  'GET /feed/:store/printers': 'the till',
  'POST /feed/:store/print-jobs': 'the till',
  'POST /feed/:store/receipt-jobs': 'the till',
  'GET /feed/:store/changed-prices': 'the till',
  'GET /feed/:store/label-jobs': 'the till',
  'GET /feed/:store/label-jobs/:job': 'the till',
  'GET /feed/:store/print-jobs/:job': 'the till',
  'POST /feed/:store/print-jobs/:job': 'the till',
  'POST /feed/:store/approvals': 'the till',
  'GET /feed/:store/approvals/:id': 'the till',
  'POST /feed/:store/approvals/:id/cancel': 'the till',
  'GET /api/stores/:store/staff': 'read-staff',
  'POST /api/stores/:store/staff': 'edit-staff',
  'POST /api/stores/:store/staff/:operator': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/pin': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/badge': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/badge/end': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/second-factor/off': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/leave': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/return': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/grants': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/grants/:grant/end': 'edit-staff',
  'POST /api/stores/:store/staff/:operator/invite': 'edit-staff',
  'GET /api/stores/:store/roles': 'read-staff',
  'GET /api/staff': 'read-staff',
  'POST /api/staff': 'edit-staff',
  'POST /api/staff/:operator': 'edit-staff',
  'POST /api/staff/:operator/pin': 'edit-staff',
  'POST /api/staff/:operator/badge': 'edit-staff',
  'POST /api/staff/:operator/badge/end': 'edit-staff',
  'POST /api/staff/:operator/second-factor/off': 'edit-staff',
  'POST /api/staff/:operator/leave': 'edit-staff',
  'POST /api/staff/:operator/return': 'edit-staff',
  'POST /api/staff/:operator/grants': 'edit-staff',
  'POST /api/staff/:operator/grants/:grant/end': 'edit-staff',
  'POST /api/staff/:operator/invite': 'edit-staff',
  'GET /api/roles': 'read-staff',
  'POST /api/roles': 'edit-roles',
  'POST /api/roles/:role': 'edit-roles',
  'POST /api/roles/:role/limits': 'edit-roles',
  'POST /api/roles/:role/end': 'edit-roles',
  'GET /api/keys': 'edit-keys',
  'POST /api/keys': 'edit-keys',
  'POST /api/keys/:key/rotate': 'edit-keys',
  'POST /api/keys/:key/revoke': 'edit-keys',
  'GET /api/stores/:store/audit': 'read-audit',
  'GET /api/audit': 'read-audit',
  'GET /api/audit/export': 'export-audit',

  ...tillAccess,
};

type Access =
  | 'anybody'
  /** Who is signed in as a person, whatever their rights: what concerns themselves. */
  | 'a person'
  /** The till of the path's store, while it is not revoked. */
  | 'the till'
  /** A revoked till that the office asks to clear itself: none of the askers here (tills.test.ts has one). */
  | 'a till to be cleared'
  | Right;
type Decision = 'in' | 401 | 403;

/** What a path names. */
type Place = { store: StoreName | null; supplier: SupplierName | null };

/** The one place that decides; all else is derived from the policy's roles (matrix-askers.ts). */
function decide(access: Access, asker: Asker, { store, supplier }: Place): Decision {
  if (access === 'anybody') return 'in';
  if (access === 'a till to be cleared') return asker.kind === 'till' || asker.kind === 'revoked-till' ? 403 : 401;
  if (access === 'the till') {
    if (asker.kind === 'revoked-till') return 403;
    if (asker.kind !== 'till') return 401;
    return store !== null && asker.tillStoreId === stores[store] ? 'in' : 403;
  }
  if (asker.kind !== 'person' && asker.kind !== 'key') return 401;
  if (access === 'a person') return asker.kind === 'person' ? 'in' : 401;
  const scope = supplier === null ? scopeOf(asker, store) : supplierScopeOf(supplier, store);
  return mayIn(asker, access, scope) ? 'in' : 403;
}

/** Ids that are nowhere, so that who gets in changes nothing. */
const parameters: Readonly<Record<string, string>> = {
  ':entryId': '0999-000000001',
  ':number': '999',
  ':hash': '0'.repeat(64),
  ':id': 'nowhere',
  '*': 'nowhere',
};
const logged: string[] = [];
let shop: TestShop;
let app: Hono;
let askers: Asker[];

beforeAll(async () => {
  shop = await openTestShop();
  const log = pino({ level: 'debug' }, { write: (line) => void logged.push(line) });
  const context = { ...shop.context, log };
  const keeper = new PageKeeper(context, { inProcess: true });
  const trust = { appAddress: 'https://a', pageAddress: 'http://a', fingerprint: '', authorityCert: '' };
  app = createApp(context, { keeper, staticDir: import.meta.dirname, trust });
  askers = await makeAskers(context, app);
});
afterAll(() => shop.close());

type Answer = { status: number; body: string };

async function ask(route: string, asker: Asker, { store, supplier }: Place): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .split('/')
    .map((part) => {
      if (part === ':store' && store) return stores[store];
      return part === ':supplier' && supplier ? suppliers[supplier] : (parameters[part] ?? part);
    })
    .join('/');
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const response = await app.request(path, {
    method,
    headers: { ...asker.headers, 'content-type': 'application/json', 'x-onecode-request': '1' },
    ...(hasBody ? { body: '{}' } : {}),
  });
  return { status: response.status, body: await response.text() };
}

/** A door's refusal, told from a refusal of what was asked: a journal forbids to delete whoever asks. */
function found({ status, body }: Answer): Decision {
  if (status === 401) return 401;
  if (status === 403 && /"(code|reason)":"(forbidden|till-revoked)"/.test(body)) return 403;
  return 'in';
}

/** Every store, and every supplier, that a path can name. */
function placesOf(route: string): Place[] {
  const names = (isNamed: boolean) => (isNamed ? (Object.keys(stores) as StoreName[]) : [null]);
  return names(route.includes(':store')).flatMap((store) =>
    names(route.includes('/supplies/')).map((supplier) => ({ store, supplier })),
  );
}

test('every route of the app has its line in the table, and every line a route', () => {
  const isJournal = (path: string) => path.startsWith('/sync/');
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && method !== 'OPTIONS' && !isJournal(path))
    .map(({ method, path }) => `${method} ${path}`);
  const listed = Object.keys(table).filter((route) => !isJournal(route.split(' ')[1] ?? ''));
  expect([...new Set(served)].toSorted()).toEqual(listed.toSorted());
  expect(
    Object.values(table).filter(
      (access) => !/^(anybody|a person|the till|a till to be cleared)$/.test(access) && !isRight(access),
    ),
  ).toEqual([]);
});

describe('[A1] each asker gets in where the table says, and nowhere else', () => {
  test.for(Object.entries(table))('%s: %s', async ([route, access]) => {
    for (const asker of askers) {
      const denials = new Set<string>();
      for (const place of placesOf(route)) {
        const what = `${asker.name}, ${place.store ?? 'no'} store, ${place.supplier ?? 'no'} supplier`;
        const before = logged.length;
        const answer = await ask(route, asker, place);
        const decided = decide(access, asker, place);
        expect([what, found(answer), answer.body.slice(0, 200)]).toEqual([what, decided, expect.anything()]);
        expect(answer.status, what).toBeLessThan(500);
        if (decided !== 'in' && place.store !== 'own') denials.add(`${answer.status} ${answer.body}`);
        if (decided !== 'in') expectLogged(logged.slice(before), what);
        if (route === 'DELETE /api/session' && asker.kind === 'person') await signIn(app, asker);
      }
      // A store of another chain and one that is not there are the same to who has no business there.
      expect(denials.size, asker.name).toBeLessThanOrEqual(1);
    }
  });

  test('HEAD is decided as GET is', async () => {
    for (const route of Object.keys(table).filter((one) => one.startsWith('GET ') && !one.includes('_changes'))) {
      for (const asker of askers.filter(({ kind }) => kind !== 'person')) {
        for (const place of placesOf(route)) {
          const [get, head] = [await ask(route, asker, place), await ask(route.replace('GET', 'HEAD'), asker, place)];
          expect([route, asker.name, place, head.status]).toEqual([route, asker.name, place, get.status]);
        }
      }
    }
  });
});

function expectLogged(lines: readonly string[], what: string): void {
  expect(lines.filter((line) => line.includes('"msg":"denied"')).length, what).toBe(1);
}

test('no line of the log holds a cookie, a token or a key', () => {
  const text = logged.join('');
  expect(logged.length).toBeGreaterThan(1_000);
  for (const { name, headers } of askers) {
    for (const value of Object.values(headers)) {
      const secret = value.replace(/^Bearer |^[^=]*=/, '');
      expect([name, text.includes(secret)]).toEqual([name, false]);
    }
  }
});
