import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { createTestDatabase } from './db/test-database.ts';

const main = join(import.meta.dirname, 'main.ts');
let dataDir: string;
let port: number;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'onecode-main-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  port = typeof address === 'object' && address ? address.port : 0;
  probe.close();
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  // A server that was killed leaves its PostgreSQL to the next one; here there is none.
  const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  if (existsSync(pidFile)) {
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
    await expect.poll(() => existsSync(pidFile), { timeout: 30_000 }).toBe(false);
  }
  rmSync(dataDir, { recursive: true, force: true });
});

type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

function run(args: string[] = [], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ONECODE_DATA: dataDir, ONECODE_PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, output: () => text, ended };
}

/** Waits for a line; ends with the output when the server ends before. */
async function until(server: Run, line: string): Promise<void> {
  let code: number | null | undefined;
  void server.ended.then((exit) => {
    code = exit;
  });
  while (!server.output().includes(line)) {
    if (code !== undefined) throw new Error(`ended with ${code}: ${server.output()}`);
    await sleep(50);
  }
}

test('a first start makes everything, prints what a person needs, and stops cleanly while a till waits', async () => {
  const server = run();
  await until(server, 'Stop with Ctrl-C');
  expect(server.output()).toMatch(/Pairing code {7}[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
  expect(server.output()).toContain(`http://localhost:${port}`);
  expect(server.output()).toMatch(/PIN \d{4}/);
  expect(server.output()).toMatch(/[▀▄█]{5}/);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  const code = /([0-9A-Z]{4})-([0-9A-Z]{4})\n/.exec(server.output())?.slice(1).join('');
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const paired = await fetch(`http://127.0.0.1:${port}/api/pair`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      protocol: protocolVersion,
      code,
      deviceName: '',
      publicKey: { kty: 'EC', crv: 'P-256', x, y },
    }),
  });
  const till = (await paired.json()) as { storeId: string; token: string };
  const headers = { authorization: `Bearer ${till.token}` };
  const ask = (query: string) => fetch(`http://127.0.0.1:${port}/feed/${till.storeId}/delta?${query}`, { headers });
  const now = (await (await ask('chain=0&store=0')).json()) as {
    cursor: { chain: number; store: number };
    configVersion: string;
  };
  const waiting = ask(
    `chain=${now.cursor.chain}&store=${now.cursor.store}&config=${now.configVersion}&waitMs=30000`,
  ).then((response) => response.status);
  await sleep(200);
  const stopping = performance.now();
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(await waiting).toBe(200);
  expect(performance.now() - stopping).toBeLessThan(20_000);
  expect(server.output()).toContain('Everything is saved');
  expect(existsSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
});

test('a killed server starts again without a manual step, and keeps the data', async () => {
  const first = run();
  await until(first, 'Stop with Ctrl-C');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = run();
  await until(second, 'Stop with Ctrl-C');
  expect(second.output()).toContain('PIN');
  // The same port a second time is said in words; the running one is left alone.
  const third = run();
  expect(await third.ended).toBe(1);
  expect(third.output()).toContain(`--port ${port + 1}`);
  expect(third.output()).not.toMatch(/at .*\.ts:\d+/);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  // Ctrl-C comes from the terminal and from npm: twice within an instant is once.
  second.child.kill('SIGINT');
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
});

test('an outside PostgreSQL is used as it is; --empty leads to the first-run page', async () => {
  const outside = await createTestDatabase();
  const server = run(['--empty', '--port', '0'], { DATABASE_URL: outside.ownerUrl });
  await until(server, 'Stop with Ctrl-C');
  const address = /(http:\/\/localhost:[1-9]\d*)\/setup/.exec(server.output())?.[1];
  expect((await fetch(`${address?.replace('localhost', '127.0.0.1')}/readyz`)).status).toBe(200);
  expect(server.output()).not.toContain('Pairing code');
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  await outside.drop();
});

test('a wrong setting, or a database that is not there, is said in words', async () => {
  const wrongPort = run(['--port', 'eleven']);
  expect(await wrongPort.ended).toBe(1);
  expect(wrongPort.output()).toContain('is no port');
  const unknown = run(['--colour', 'red']);
  expect(await unknown.ended).toBe(1);
  expect(unknown.output()).toContain('--host ADDRESS');
  const away = run([], { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c' });
  expect(await away.ended).toBe(1);
  expect(away.output()).toContain('DATABASE_URL cannot be used');
  for (const { output } of [wrongPort, unknown, away]) expect(output()).not.toMatch(/at .*\.ts:\d+/);
});
