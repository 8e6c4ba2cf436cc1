import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { platform } from 'node:os';

/** Whether a process of this id runs now, whoever owns it. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // In a container whose first process reaps nobody's children, a dead orphan stays as a zombie for ever.
  return platform() !== 'linux' || statFields(pid)?.[0] !== 'Z';
}

/** Fields of /proc/PID/stat from the third (the state) on; null when the process is gone. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name in parentheses, may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/**
 * A word that tells this process from a later one with the same id (ids repeat, in containers at once): the start
 * time in clock ticks since boot (proc(5), stat, field 22). Where there is no /proc, the start time as ps prints it.
 * Null when there is no such process.
 */
export function processIdentity(pid: number): string | null {
  if (!isRunning(pid)) return null;
  if (platform() === 'linux') return statFields(pid)?.[22 - 3] ?? null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
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
