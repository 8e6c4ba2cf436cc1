import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { newId, within } from '../catalogue/new-store.ts';
import { hashPassword, hashPin, isPassword, saltBytes } from '../catalogue/pins.ts';
import type { ServerContext } from '../context.ts';
import { accountCredential, accountUser } from '../db/tables-accounts.ts';
import { operator, roleGrant } from '../db/tables-people.ts';
import { bumpStaff } from './staff-revision.ts';

export type NewOperator = {
  /** Where they work first; it says the chain too. */
  storeId: string;
  operatorId?: string;
  name: string;
  /** Held in the store, or in the whole chain when the role is one of the chain's. */
  role: BuiltInRole;
  /** With a role of suppliers: whose. */
  supplierId?: string;
  locale?: LocaleCode | null;
  /** Four to six digits; without one they do not sign in at tills. */
  pin?: string;
  /** Makes a web account; ten characters or more. */
  password?: string;
  /** The operator's id without one. */
  username?: string;
  email?: string | undefined;
};

/** Adds a person with a role, and with a web account when a password is given. Answers the id. */
export async function createOperator(context: ServerContext, input: NewOperator, client?: pg.PoolClient) {
  const { storeId, name, role, password } = input;
  assert(password === undefined || isPassword(password), 'a password has ten characters or more');
  const operatorId = input.operatorId ?? newId(context);
  const pin = input.pin === undefined ? {} : await hashPin(input.pin, context.randomBytes(saltBytes));
  const storedPassword = password === undefined ? null : await storePassword(context, password);
  const createdAtMs = context.nowMs();
  await within(context, client, async (tx) => {
    const merchantId = await merchantOf(tx, storeId);
    const orm = drizzle(tx);
    await orm
      .insert(operator)
      // Whoever runs this has the server itself: as good as chosen by the person.
      .values({
        ...{ merchantId, operatorId, name, locale: input.locale ?? null, createdAtMs, ...pin },
        ...{ pinSetBy: operatorId, pinSetAtMs: createdAtMs },
      });
    const { level } = builtInRoles[role];
    const { supplierId = '' } = input;
    assert((level === 'supplier') === (supplierId !== ''), 'a role of suppliers is held with one');
    const scope = { scopeType: level, scopeId: { merchant: merchantId, store: storeId, supplier: supplierId }[level] };
    await orm
      .insert(roleGrant)
      .values({ merchantId, operatorId, grantId: newId(context), ...scope, roleId: role, fromMs: 0 });
    if (storedPassword !== null) {
      await addAccount(context, tx, {
        merchantId,
        operatorId,
        name,
        username: input.username,
        email: input.email,
        storedPassword,
      });
    }
    await bumpStaff(tx, merchantId, level === 'store' ? storeId : null);
  });
  // The staff is part of the store's configuration, which waiting tills are sent anew.
  if (!client) context.changes.publish(storeId);
  return operatorId;
}

export async function storePassword(context: ServerContext, password: string): Promise<string> {
  const { passwordSalt, passwordHash } = await hashPassword(password, context.randomBytes(saltBytes));
  return `scrypt$${passwordSalt}$${passwordHash}`;
}

/** Gives a person a web account. Throws when the user name or the e-mail address is somebody's already. */
export async function addAccount(
  context: ServerContext,
  tx: pg.PoolClient,
  person: {
    merchantId: string;
    operatorId: string;
    name: string;
    username?: string | undefined;
    email?: string | undefined;
    /** Null: they sign in with a passkey. */
    storedPassword: string | null;
  },
): Promise<string> {
  const { merchantId, operatorId, name, storedPassword } = person;
  const userId = newId(context);
  const at = new Date(context.nowMs());
  const stamps = { createdAt: at, updatedAt: at };
  const username = person.username ?? operatorId;
  const orm = drizzle(tx);
  await orm.insert(accountUser).values({
    id: userId,
    name,
    email: person.email?.toLowerCase() ?? `${userId}@accounts.invalid`,
    emailVerified: false,
    username: username.toLowerCase(),
    displayUsername: username,
    merchantId,
    operatorId,
    ...stamps,
  });
  if (storedPassword !== null) {
    const password = { accountId: userId, providerId: 'credential', userId, password: storedPassword };
    await orm.insert(accountCredential).values({ id: newId(context), ...password, ...stamps });
  }
  return userId;
}

async function merchantOf(tx: pg.PoolClient, storeId: string): Promise<string> {
  const { rows } = await tx.query<{ merchantId: string }>(
    'select merchant_id as "merchantId" from store where store_id = $1',
    [storeId],
  );
  const [store] = rows;
  assert(store, `store ${storeId} is there`);
  return store.merchantId;
}
