import pg from 'pg';
import { type Database, inTransaction, openDatabase, type Queryable } from './database.ts';

/** Tables of which the server may do less than read, add, change and delete: what happened stays as it was written. */
export const narrowPrivileges: Readonly<Record<string, string>> = {
  // Append-only.
  audit_entry: 'select, insert',
  // [J2] Whether an entry could be posted changes with an upgrade, nothing else.
  journal: 'select, insert, update (unpostable)',
  // Ended, never edited and never gone: old entries are judged by them (P2).
  role_grant: 'select, insert, update (until_ms)',
  custom_role: 'select, insert, update (until_ms)',
  role_limit: 'select, insert, update (until_ms)',
  approval_passkey: 'select, insert, update (until_ms)',
  price_version: 'select, insert',
  // [OR1] An order is what its steps say.
  purchase_order_step: 'select, insert',
  purchase_order_message: 'select, insert',
  supplier_contract_step: 'select, insert',
  supplier_article: 'select, insert, update',
  // [ST4] [RT1] What is owed and what goes back is what was said.
  supplier_statement_step: 'select, insert',
  supplier_statement_message: 'select, insert',
  supplier_statement: 'select, insert, update',
  supplier_return_step: 'select, insert',
  supplier_return: 'select, insert, update',
  // [FP2] [DE1] What was said of a complaint, and what is held.
  fair_play_rules: 'select, insert',
  complaint: 'select, insert, update',
  complaint_step: 'select, insert',
  deposit_movement: 'select, insert',
  order_rating: 'select, insert',
  webhook: 'select, insert, update (ended_at_ms)',
  member_rules: 'select, insert',
  member_tier_told: 'select, insert',
  // [AC2] What is owed is what their rows say.
  customer_account_version: 'select, insert',
  customer_account_payment: 'select, insert',
  // Numbers and ids are never given twice.
  carton_number: 'select, insert, update',
  shipment: 'select, insert, update',
  till: 'select, insert, update',
  operator: 'select, insert, update',
  store: 'select, insert, update',
  merchant: 'select, insert, update',
  // Exports of old need it.
  export_key: 'select, insert',
  // Codes of coupons are good for months.
  chain_key: 'select, insert',
  coupon_batch: 'select, insert',
  coupon_redeemed: 'select, insert',
};

/** The role that the server of a database works as: `onecode_app` for the database `onecode`. */
export function appRoleName(ownerUrl: string): string {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1)) || 'onecode';
  // PostgreSQL cuts names at 63 bytes.
  return `${Buffer.from(database).subarray(0, 59).toString()}_app`;
}

/** The same database, as another role. */
export function urlOfRole(url: string, role: string, password: string): string {
  const other = new URL(url);
  other.username = encodeURIComponent(role);
  other.password = encodeURIComponent(password);
  return other.href;
}

/** Whether the role of this connection may make roles. */
export async function mayMakeRoles(owner: Queryable): Promise<boolean> {
  const { rows } = await owner.query<{ may: boolean }>(
    'select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user',
  );
  return rows[0]?.may ?? false;
}

/** Whether a role is as good as the tables' owner: itself, a member of it, or a superuser. */
export async function mayChangeTables(database: Queryable, role: string): Promise<boolean> {
  const { rows } = await database.query<{ may: boolean }>(
    `select pg_has_role($1, c.relowner, 'member') as may from pg_class c where c.oid = 'audit_entry'::regclass`,
    [role],
  );
  return rows[0]?.may ?? false;
}

/** Makes the role, or gives it this password when it has another. */
export async function makeAppRole(owner: Queryable, role: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
  const make = rowCount === 0 ? 'create' : 'alter';
  await owner.query(`${make} role ${name} with login nosuperuser nocreatedb nocreaterole
                     password ${pg.escapeLiteral(password)}`);
}

/** Gives the role what the server needs and takes away whatever else it had. After each migration. */
export async function grantToAppRole(owner: Database, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await inTransaction(owner, async (tx) => {
    await grantTemporary(tx, role);
    await tx.query(`revoke create on schema public from public, ${name}`);
    await tx.query(`grant usage on schema public to ${name}`);
    await tx.query(`revoke all on all tables in schema public from ${name}`);
    await tx.query(`grant select, insert, update, delete on all tables in schema public to ${name}`);
    for (const [table, privileges] of Object.entries(narrowPrivileges)) {
      await tx.query(`revoke all on table ${table} from ${name}; grant ${privileges} on table ${table} to ${name}`);
    }
  });
}

/** Imports and rebuilding stage rows in temporary tables. Everybody may, unless somebody took it away. */
async function grantTemporary(tx: Queryable, role: string): Promise<void> {
  const { rows } = await tx.query<{ database: string; may: boolean }>(
    `select current_database() as database, has_database_privilege($1, current_database(), 'temporary')
            and has_database_privilege($1, current_database(), 'connect') as may`,
    [role],
  );
  if (rows[0]?.may) return;
  const database = pg.escapeIdentifier(rows[0]?.database ?? '');
  await tx.query(`grant connect, temporary on database ${database} to ${pg.escapeIdentifier(role)}`);
}

/** Whether this connection's role can neither change nor remove what is in the audit log and the journal. */
export async function isLogProtected(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ isOpen: boolean }>(
    `select bool_or(pg_has_role(current_user, c.relowner, 'member')
                    or has_table_privilege(current_user, c.oid, 'update, delete, truncate, trigger')
                    or has_any_column_privilege(current_user, c.oid, 'update') and c.relname <> 'journal') as "isOpen"
       from pg_class c where c.oid in ('audit_entry'::regclass, 'journal'::regclass)`,
  );
  return rows[0]?.isOpen === false;
}

/** Whether one can sign in to the database with this address. */
export async function canConnect(url: string): Promise<boolean> {
  const database = openDatabase(url, { poolSize: 1 });
  try {
    await database.pool.query('select 1');
    return true;
  } catch (error) {
    // Class 28: no such role, or another password. Anything else is trouble of another kind.
    if (error instanceof pg.DatabaseError && /^28/.test(error.code ?? '')) return false;
    throw error;
  } finally {
    await database.close();
  }
}
