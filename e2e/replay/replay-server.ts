import { fork } from 'node:child_process';
import { join } from 'node:path';
import { assert } from '#schemas/assert.ts';

/** A real server in a process of its own. */
export type ReplayServer = { baseUrl: string; stop(): Promise<void> };

/** Starts the app on a database, on a free port of 127.0.0.1. */
export async function startReplayServer(databaseUrl: string, secret: string): Promise<ReplayServer> {
  const child = fork(join(import.meta.dirname, 'server-process.ts'), {
    env: { ...process.env, DATABASE_URL: databaseUrl, ONECODE_SECRET: secret },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended at its start with code ${code}`)));
  });
  assert(port > 0, 'the server says its port');
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
