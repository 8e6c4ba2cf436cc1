import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { type Grant, may, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { addStore, addTill } from '../feed/feed-test-shop.ts';
import { addAccount, storePassword } from '../people/new-operator.ts';
import { TestBrowser } from './test-browser.ts';

/** `own` is the store of the askers' grants; `other` is of the same chain. For tests. */
export const stores = { own: 'store-a', other: 'store-b', foreign: 'store-z', unknown: 'store-nowhere' } as const;
export type StoreName = keyof typeof stores;
const chainOf = { own: 'chain', other: 'chain', foreign: 'other-chain', unknown: null } as const;
const supplierId = 'acme';
/** `own` is the supplier of the askers' grants, `other` of the same chain. */
export const suppliers = { own: supplierId, other: 'bolt', foreign: 'zinc', unknown: 'nowhere' } as const;
export type SupplierName = keyof typeof suppliers;

/** Somebody who asks, with the rights that they were given on purpose; null: no person and no key. */
export type Asker = {
  name: string;
  kind: 'nobody' | 'person' | 'key' | 'till' | 'revoked-till';
  merchantId: string;
  grants: readonly Grant[] | null;
  /** The till's own store. */
  tillStoreId: string | null;
  /** Header names in small letters. */
  headers: Record<string, string>;
};

const password = 'ten letters or more';
const customRights: Right[] = ['read-reports', 'read-staff'];
const own: Scope = { type: 'store', merchantId: 'chain', storeId: stores.own };
const chain: Scope = { type: 'merchant', merchantId: 'chain' };
const supplier: Scope = { type: 'supplier', merchantId: 'chain', supplierId };
const otherSupplier: Scope = { ...supplier, supplierId: suppliers.other };

/** The scope that a path is about: its store, or the asker's chain where it has none. Null: a store that is not there. */
export function scopeOf(asker: Asker, store: StoreName | null): Scope | null {
  if (store === null) return { type: 'merchant', merchantId: asker.merchantId };
  const merchantId = chainOf[store];
  return merchantId === null ? null : { type: 'store', merchantId, storeId: stores[store] };
}

/** [A1] The scope of a path that names a supplier, and perhaps a store: nobody's when they are not of one chain. */
export function supplierScopeOf(name: SupplierName, store: StoreName | null): Scope | null {
  const merchantId = chainOf[name];
  if (merchantId === null || (store !== null && chainOf[store] !== merchantId)) return null;
  return { type: 'supplier', merchantId, supplierId: suppliers[name] };
}

export function mayIn(asker: Asker, right: Right, scope: Scope | null): boolean {
  return asker.grants !== null && scope !== null && may(asker.grants, right, scope);
}

/** The stores and one asker of each kind. `app` signs the people in. */
export async function makeAskers(context: ServerContext, app: Hono): Promise<Asker[]> {
  await addStore(context, 'chain', stores.own);
  await addStore(context, 'chain', stores.other);
  await addStore(context, 'other-chain', stores.foreign);
  await context.database.pool.query(
    `insert into supplier (merchant_id, supplier_id, name, added_at_ms, revision)
     values ('chain', $1, 'Acme', 0, 0), ('chain', $2, 'Bolt', 0, 0), ('other-chain', $3, 'Zinc', 0, 0)`,
    [suppliers.own, suppliers.other, suppliers.foreign],
  );
  await context.database.pool.query(
    `insert into custom_role (merchant_id, role_id, from_ms, names, rights) values ('chain', 'night-desk', 0, $1, $2)`,
    [{ en: 'Night desk' }, JSON.stringify(customRights)],
  );
  const people: Asker[] = [];
  for (const role of Object.keys(builtInRoles) as BuiltInRole[]) {
    const { level, rights } = builtInRoles[role];
    const scope = { merchant: chain, store: own, supplier }[level];
    people.push(await person(context, app, role, role, { scope, rights }));
  }
  people.push(await person(context, app, 'custom role', 'night-desk', { scope: own, rights: customRights }));
  const adminRights = builtInRoles['supplier-admin'].rights;
  const ofOther = { scope: otherSupplier, rights: adminRights };
  people.push(await person(context, app, 'admin of another supplier', 'supplier-admin', ofOther));
  const foreign: Scope = { type: 'store', merchantId: 'other-chain', storeId: stores.foreign };
  const managerRights = builtInRoles['store-manager'].rights;
  const elsewhere = { scope: foreign, rights: managerRights };
  people.push(await person(context, app, 'manager of another chain', 'store-manager', elsewhere));
  const gone = await person(context, app, 'expired session', 'store-manager', { scope: own, rights: managerRights });
  await context.database.pool.query(
    `update account_session set expires_at = now() - interval '1 day'
      where user_id in (select id from account_user where username = 'expired-session')`,
  );
  return [
    { name: 'nobody', kind: 'nobody', merchantId: 'chain', grants: null, tillStoreId: null, headers: {} },
    ...people,
    { ...gone, kind: 'nobody', grants: null },
    await key(context, 'key of a store', { scope: own, rights: ['read-reports', 'pair-till'] }),
    await key(context, 'key of the chain', { scope: chain, rights: ['read-reports', 'read-staff', 'export-audit'] }),
    await key(context, 'key that announces', { scope: own, rights: ['announce-delivery'] }),
    await key(context, 'key of a supplier', { scope: supplier, rights: ['read-supplies', 'edit-supplies'] }),
    await till(context, 'till', stores.own, 1),
    await till(context, 'till of another store', stores.other, 1),
    await till(context, 'till of another chain', stores.foreign, 1),
    await revokedTill(context),
  ];
}

async function person(context: ServerContext, app: Hono, name: string, roleId: string, grant: Grant): Promise<Asker> {
  const { merchantId } = grant.scope;
  const operatorId = name.replaceAll(' ', '-');
  const storedPassword = await storePassword(context, password);
  await inTransaction(context.database, async (tx) => {
    await tx.query('insert into operator (merchant_id, operator_id, name, created_at_ms) values ($1, $2, $2, 0)', [
      merchantId,
      operatorId,
    ]);
    await tx.query(
      `insert into role_grant (merchant_id, operator_id, grant_id, scope_type, scope_id, role_id, from_ms)
       values ($1, $2, 'first', $3, $4, $5, 0)`,
      [merchantId, operatorId, grant.scope.type, idOf(grant.scope), roleId],
    );
    await addAccount(context, tx, { merchantId, operatorId, name, storedPassword });
  });
  const asker: Asker = { name, kind: 'person', merchantId, grants: [grant], tillStoreId: null, headers: {} };
  await signIn(app, asker);
  return asker;
}

/** Gives a person a session of their own, also after a route has ended the one before. */
export async function signIn(app: Hono, asker: Asker): Promise<void> {
  const name = asker.name.replaceAll(' ', '-');
  const response = await new TestBrowser(app).send('POST', '/api/session', { name, password });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  if (response.status !== 200 || cookies.length === 0) throw new Error(`${name} cannot sign in: ${response.status}`);
  asker.headers = { cookie: cookies.join('; ') };
}

function idOf(scope: Scope): string {
  if (scope.type === 'store') return scope.storeId;
  return scope.type === 'supplier' ? scope.supplierId : scope.merchantId;
}

async function key(context: ServerContext, name: string, grant: Grant): Promise<Asker> {
  const secret = `ock_${Buffer.from(context.randomBytes(32)).toString('base64url')}`;
  await context.database.pool.query(
    `insert into api_key (merchant_id, key_id, name, key_hash, prefix, scope_type, scope_id, rights,
                          requests_per_minute, created_by, created_at_ms)
     values ('chain', $1, $1, $2, 'x', $3, $4, $5, 1000000, 'owner', 0)`,
    [
      name.replaceAll(' ', '-'),
      createHash('sha256').update(secret).digest('hex'),
      grant.scope.type,
      idOf(grant.scope),
      JSON.stringify(grant.rights),
    ],
  );
  const headers = { authorization: `Bearer ${secret}` };
  return { name, kind: 'key', merchantId: 'chain', grants: [grant], tillStoreId: null, headers };
}

async function till(context: ServerContext, name: string, storeId: string, number: number): Promise<Asker> {
  const { token, merchantId } = await addTill(context, storeId, number);
  const headers = { authorization: `Bearer ${token}` };
  return { name, kind: 'till', merchantId, grants: null, tillStoreId: storeId, headers };
}

async function revokedTill(context: ServerContext): Promise<Asker> {
  const asker = await till(context, 'revoked till', stores.own, 2);
  await context.database.pool.query(`update till set revoked_at_ms = 1 where store_id = $1 and till_number = 2`, [
    stores.own,
  ]);
  return { ...asker, kind: 'revoked-till' };
}
