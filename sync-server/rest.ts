import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so long, or until `signal` aborts. Whatever else goes wrong is thrown. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
