import { Hono } from 'hono';
import type { GiveGrant, StaffList } from '#schemas/api/staff.ts';
import { staffListSchema } from '#schemas/api/staff.ts';
import type { BuiltInRole } from '#schemas/policy/roles.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { openTestContext, testNowMs } from '../journal/test-journal.ts';
import { apiRoutes } from '../routes/api.ts';
import { TestBrowser } from '../routes/test-browser.ts';
import { addAccount, createOperator, storePassword } from './new-operator.ts';

const password = 'correct horse battery';
let stored: Promise<string> | undefined;
/** Everybody's id is their user name. */
const people: readonly [id: string, storeId: string, role: BuiltInRole][] = [
  ['olga', 'store-a', 'owner'],
  ['adam', 'store-a', 'administrator'],
  ['mia', 'store-a', 'store-manager'],
  ['nat', 'store-b', 'store-manager'],
  ['cleo', 'store-a', 'clerk'],
  ['rob', 'store-r', 'store-manager'],
  ['rex', 'store-r', 'owner'],
];

/** Two chains with people of all ranks and a browser for each, on a database of their own. For tests. */
export class TestChain {
  nowMs = testNowMs;
  readonly context: ServerContext;
  readonly app: Hono;
  readonly #browsers = new Map<string, TestBrowser>();
  readonly #close: () => Promise<void>;

  private constructor(url: string, drop: () => Promise<void>) {
    const opened = openTestContext(url);
    this.context = { ...opened, nowMs: () => this.nowMs };
    this.app = new Hono().route('/api', apiRoutes(this.context));
    this.#close = async () => {
      await opened.close();
      await drop();
    };
  }

  static async open(): Promise<TestChain> {
    const database = await createTestDatabase();
    const chain = new TestChain(database.url, database.drop);
    await addStore(chain.context, 'chain', 'store-a');
    await addStore(chain.context, 'chain', 'store-b');
    await addStore(chain.context, 'rival', 'store-r');
    for (const [operatorId, storeId, role] of people) {
      const name = operatorId[0]?.toUpperCase() + operatorId.slice(1);
      await createOperator(chain.context, { storeId, operatorId, name, role, pin: '1234' });
      await chain.#letIn(operatorId, name, storeId === 'store-r' ? 'rival' : 'chain');
    }
    return chain;
  }

  close(): Promise<void> {
    return this.#close();
  }

  async signIn(name: string): Promise<number> {
    const browser = new TestBrowser(this.app);
    this.#browsers.set(name, browser);
    return (await browser.ask('POST', '/api/session', { name, password }))[0];
  }

  /** Who is of the chains signs in when they first ask. */
  async #browserOf(who: string): Promise<TestBrowser> {
    if (!this.#browsers.has(who) && people.some(([operatorId]) => operatorId === who)) await this.signIn(who);
    return this.#browsers.get(who) ?? new TestBrowser(this.app);
  }

  /** Status and body of what somebody asks; GET without a body to send. */
  async ask(who: string, path: string, body?: unknown): Promise<[status: number, body: unknown]> {
    const browser = await this.#browserOf(who);
    return browser.ask(body === undefined ? 'GET' : 'POST', `/api/${path}`, body);
  }

  /** Status and body of what somebody puts. */
  async put(who: string, path: string, body: unknown): Promise<[status: number, body: unknown]> {
    const browser = await this.#browserOf(who);
    return browser.ask('PUT', `/api/${path}`, body);
  }

  async remove(who: string, path: string): Promise<number> {
    const browser = await this.#browserOf(who);
    return (await browser.send('DELETE', `/api/${path}`)).status;
  }

  /** Status and body of a file that somebody sends. */
  async upload(who: string, method: 'POST' | 'PUT', path: string, file: string): Promise<[number, unknown]> {
    const browser = await this.#browserOf(who);
    const response = await browser.sendBytes(`/api/${path}`, file, method);
    return [response.status, await response.json()];
  }

  async fetch(who: string, path: string): Promise<Response> {
    const browser = await this.#browserOf(who);
    return browser.send('GET', `/api/${path}`);
  }

  /** The text of a file that somebody downloads. */
  async csv(who: string, path: string): Promise<string> {
    return (await this.fetch(who, path)).text();
  }

  /** `200`, or the status with the error's code. */
  async outcome(who: string, path: string, body?: unknown): Promise<string> {
    const [status, answer] = await this.ask(who, path, body);
    const error = (answer as { error?: { code: string } }).error;
    return error ? `${status} ${error.code}` : String(status);
  }

  async staff(who: string, path = 'stores/store-a/staff'): Promise<StaffList> {
    return staffListSchema.parse((await this.ask(who, path))[1]);
  }

  async person(who: string, operatorId: string, path?: string) {
    return (await this.staff(who, path)).people.find((one) => one.operatorId === operatorId);
  }

  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.context.database.pool.query<Row>(text, values)).rows;
  }

  /** Puts a supplier on a chain's list, by an id that a test can read. */
  async addSupplier(supplierId: string, name: string, merchantId = 'chain'): Promise<void> {
    await this.sql(
      'insert into supplier (merchant_id, supplier_id, name, added_at_ms, revision) values ($1, $2, $3, 0, 0)',
      [merchantId, supplierId, name],
    );
  }

  /** An account for a person who has none; their id is their user name. */
  async openAccount(operatorId: string): Promise<void> {
    await this.#letIn(operatorId, operatorId, 'chain');
    await this.signIn(operatorId);
  }

  async #letIn(operatorId: string, name: string, merchantId: string): Promise<void> {
    // Hashed once for all: a hash takes as long as a tenth of a test.
    stored ??= storePassword(this.context, password);
    const storedPassword = await stored;
    await inTransaction(this.context.database, (tx) =>
      addAccount(this.context, tx, { merchantId, operatorId, name, storedPassword }),
    );
  }

  /** Adds a person by the hand of somebody; answers their id. */
  async add(who: string, changes: object = {}, path = 'stores/store-a/staff'): Promise<string> {
    const [status, answer] = await this.ask(who, path, newPerson(changes));
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(answer)}`);
    return (answer as { operatorId: string }).operatorId;
  }
}

export function inStore(roleId: string, scopeId = 'store-a'): GiveGrant {
  return { scopeType: 'store', scopeId, roleId };
}

export function inChain(roleId: string, scopeId = 'chain'): GiveGrant {
  return { scopeType: 'merchant', scopeId, roleId };
}

export function withSupplier(roleId: string, scopeId = 'acme'): GiveGrant {
  return { scopeType: 'supplier', scopeId, roleId };
}

export function newPerson(changes: object = {}): object {
  const grants = [inStore('clerk')];
  return {
    name: 'Nova Reed',
    locale: 'en',
    languages: [],
    photo: null,
    workingHours: [],
    pin: '4826',
    grants,
    ...changes,
  };
}
