import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { checkRebuild } from '#sync-server/doctor/check-rebuild.ts';
import { storeFindings } from '#sync-server/doctor/store-checks.ts';
import { asDocument, line, makeStore, openTestContext, TestTill } from '#sync-server/journal/test-journal.ts';
import { ServerProcess } from '../journeys/server-process.ts';
import { Random } from '../simulation/random.ts';
import { CuttingProxy } from './cutting-proxy.ts';

export type TortureOptions = { seconds: number; tills: number; seed: number; log: (line: string) => void };

export type Tortured = {
  acknowledged: number;
  /** Acknowledged and not on the server, or there with another content. */
  missing: number;
  /** There more than once, as entry or as ticket. */
  twice: number;
  serverKills: number;
  postgresKills: number;
  cuts: number;
  /** Requests that got no answer, or 503. */
  failed: number;
  /** What the doctor holds against the store afterwards. */
  wrong: string[];
};

/**
 * The real server and its own PostgreSQL, fsync on, under tills that put sales without a pause, while both are killed with
 * SIGKILL and connections are cut. Afterwards each entry that was acknowledged is looked for.
 */
export async function torture({ seconds, tills: count, seed, log }: TortureOptions): Promise<Tortured> {
  const random = new Random(seed);
  const server = await ServerProcess.start({ args: ['--empty'], env: { ONECODE_LOG: 'silent' } });
  const proxy = new CuttingProxy(Number(new URL(server.baseUrl).port));
  const url = databaseUrl(server.dataDir);
  const context = { ...openTestContext(url), nowMs: Date.now };
  try {
    const base = `http://127.0.0.1:${await proxy.start()}`;
    const storeId = await makeStore(context);
    const tills = await Promise.all(
      Array.from({ length: count }, (_, at) => new TestTill(storeId, at + 1).register(context)),
    );
    const work = tills.map((till) => new Pusher(till, base));
    const untilMs = performance.now() + seconds * 1_000;
    const pushing = work.map((pusher) => pusher.run(untilMs));
    const kills = await killUntil(untilMs, { server, proxy, random, log });
    await Promise.all(pushing);
    await Promise.all(work.map((pusher) => pusher.settle()));
    return {
      ...(await compare(url, storeId, work)),
      ...kills,
      cuts: proxy.cuts,
      wrong: await examine(context, storeId),
    };
  } finally {
    await context.close().catch(() => undefined);
    await proxy.close();
    await server.close();
  }
}

/** One till: it puts one or a few sales at a time, and sends the same again until it hears of them. */
class Pusher {
  readonly acknowledged = new Map<string, string>();
  failed = 0;
  #unsent: Record<string, unknown>[] = [];
  readonly #till: TestTill;
  readonly #url: string;

  constructor(till: TestTill, base: string) {
    this.#till = till;
    this.#url = `${base}/sync/${till.storeId}/_bulk_docs`;
  }

  async run(untilMs: number): Promise<void> {
    for (let nth = 0; performance.now() < untilMs; nth++) {
      const sales = this.#unsent.length < 200 ? 1 + (nth % 5) : 0;
      for (let left = sales; left > 0; left--) {
        this.#unsent.push(asDocument(await this.#till.sale([line('tea', 1), line('cup', 2)])));
      }
      if (!(await this.#push())) await sleep(100);
    }
  }

  async settle(): Promise<void> {
    for (let attempts = 0; this.#unsent.length > 0; attempts++) {
      assert(attempts < 600, 'a healthy server takes what waits');
      if (!(await this.#push())) await sleep(100);
    }
  }

  async #push(): Promise<boolean> {
    const docs = this.#unsent;
    try {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#till.token}` };
      const body = JSON.stringify({ docs, new_edits: false });
      const answer = await fetch(this.#url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
      if (answer.status !== 201) {
        await answer.text();
        this.failed++;
        return false;
      }
      const refused = (await answer.json()) as unknown[];
      assert(refused.length === 0, `an honest entry is taken: ${JSON.stringify(refused[0])}`);
      for (const { _id, hash } of docs) this.acknowledged.set(String(_id), String(hash));
      this.#unsent = [];
      return true;
    } catch (error) {
      if ((error as Error).name === 'InvariantError') throw error;
      this.failed++;
      return false;
    }
  }
}

type Victims = { server: ServerProcess; proxy: CuttingProxy; random: Random; log: TortureOptions['log'] };

async function killUntil(untilMs: number, { server, proxy, random, log }: Victims) {
  let serverKills = 0;
  let postgresKills = 0;
  while (performance.now() < untilMs) {
    await sleep(random.between(200, 2_000));
    const victim = random.weighted({ server: 2, postgres: 2, lines: 3 });
    if (victim === 'lines') proxy.cutAll();
    else if (victim === 'server') {
      serverKills++;
      await server.kill('SIGKILL');
      log(`server killed (${serverKills})`);
      await server.start();
    } else if (killPostgres(server.dataDir)) {
      postgresKills++;
      log(`PostgreSQL killed (${postgresKills})`);
    }
  }
  return { serverKills, postgresKills };
}

/** As a power cut ends it: the postmaster and with it all that it runs. */
function killPostgres(dataDir: string): boolean {
  try {
    process.kill(
      Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    return true;
  } catch {
    // It is down already.
    return false;
  }
}

function databaseUrl(dataDir: string): string {
  const read = (name: string) => readFileSync(join(dataDir, 'postgres', name), 'utf8').trim();
  return `postgresql://onecode:${read('password')}@127.0.0.1:${read('port')}/onecode`;
}

async function compare(url: string, storeId: string, work: readonly Pusher[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ id: string; hash: string; entries: string; tickets: string }>(
    `select lpad(j.till_number::text, 4, '0') || '-' || lpad(j.sequence::text, 9, '0') as id, min(j.hash) as hash,
            count(distinct j.journal_seq) as entries,
            (select count(*) from retail_transaction t where t.store_id = $1 and t.till_number = j.till_number
                and t.sequence = j.sequence) as tickets
       from journal j where j.store_id = $1 group by j.till_number, j.sequence`,
    [storeId],
  );
  await client.end();
  const found = new Map(rows.map((row) => [row.id, row]));
  let [acknowledged, missing, twice, failed] = [0, 0, 0, 0];
  for (const pusher of work) {
    failed += pusher.failed;
    for (const [id, hash] of pusher.acknowledged) {
      acknowledged++;
      const row = found.get(id);
      if (row?.hash !== hash || Number(row.tickets) === 0) missing++;
      else if (Number(row.entries) > 1 || Number(row.tickets) > 1) twice++;
    }
  }
  return { acknowledged, missing, twice, failed };
}

async function examine(context: ReturnType<typeof openTestContext>, storeId: string): Promise<string[]> {
  const findings = [
    ...(await storeFindings(context, storeId, { rebuilds: false })),
    await checkRebuild(context, storeId),
  ];
  return findings.filter(({ level }) => level === 'error').map(({ subject, message }) => `${subject}: ${message}`);
}
