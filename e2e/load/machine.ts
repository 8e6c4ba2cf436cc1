import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of Linux' process statistics, on every machine that Node runs on. */
const ticksPerSecond = 100;

type ProcessReading = { parent: number; cpuMs: number };

function readProcess(pid: number): ProcessReading | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: state, parent, …; user, system, children's user, children's system.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { parent: fields[1] ?? 0, cpuMs: (ticks * 1_000) / ticksPerSecond };
  } catch {
    return null;
  }
}

/** CPU milliseconds that a process, its children and those that have ended used so far. */
export function cpuMsOf(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = all.filter((other) => readProcess(other)?.parent === pid);
  return (readProcess(pid)?.cpuMs ?? 0) + children.reduce((sum, child) => sum + (readProcess(child)?.cpuMs ?? 0), 0);
}

/** Of this process alone: the servers that it started are its children. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Megabytes of a process' memory that are its own and in use. */
export function memoryMbOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+) kB/.exec(text)?.[1] ?? Number.NaN) / 1_024;
}
