import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { platform } from 'node:os';

/** Whether a process of this id runs now, whoever owns it. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A word that tells this process from a later one with the same id (ids repeat, in containers at once): the start
 * time in clock ticks since boot (proc(5), stat, field 22). Where there is no /proc, the start time as ps prints it.
 * Null when there is no such process.
 */
export function processIdentity(pid: number): string | null {
  if (!isRunning(pid)) return null;
  try {
    if (platform() !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses; the state after it is field 3.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null;
  } catch (error) {
    if (isRunning(pid)) throw error;
    return null;
  }
}

/** Whether this process is a PostgreSQL postmaster on this data folder: a stale postmaster.pid may name anything. */
export function isPostmasterOf(pid: number, clusterDir: string): boolean {
  if (!isRunning(pid)) return false;
  try {
    if (platform() === 'linux') {
      // A postmaster works inside its data folder, and the link follows a folder that was renamed meanwhile.
      if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')) return false;
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterDir);
    }
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(clusterDir);
  } catch (error) {
    if (isRunning(pid)) throw error;
    return false;
  }
}

/** Waits until the process is gone; false when it still runs after `limitMs`. */
export async function waitUntilGone(pid: number, limitMs: number): Promise<boolean> {
  const stepMs = 20;
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += stepMs) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return !isRunning(pid);
}
