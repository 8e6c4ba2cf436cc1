import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The write-ahead log lies in the archive at most this long after it was written, also where little is sold. */
const archiveWithinSeconds = 60;

/**
 * Settings by which PostgreSQL puts each piece of its write-ahead log into a folder, compressed, under its final name only when it
 * is whole on the disk. A piece that is there already is compared: after a crash PostgreSQL may offer it again (PostgreSQL 18, 25.3.1).
 */
function archiveSettings(folder: string): Record<string, string> {
  const piece = `${quoted(folder)}/%f.gz`;
  return {
    archive_mode: 'on',
    archive_timeout: `${archiveWithinSeconds}s`,
    archive_command:
      `if test -f ${piece}; then gzip -dc ${piece} | cmp -s - %p; ` +
      `else gzip -1 -c %p > ${piece}.part && sync ${piece}.part && mv ${piece}.part ${piece}; fi`,
  };
}

/** Settings by which PostgreSQL takes its log from the archive, up to a moment or to the archive's end, and then goes on by itself. */
export function recoverySettings(folder: string, untilMs: number | null): Record<string, string> {
  return {
    restore_command: `test -f ${quoted(folder)}/%f.gz && gzip -dc ${quoted(folder)}/%f.gz > %p`,
    recovery_target_action: 'promote',
    // Nobody is let in before.
    hot_standby: 'off',
    // PostgreSQL reads it before it knows of any zone's name.
    ...(untilMs === null ? {} : { recovery_target_time: new Date(untilMs).toISOString().replace('Z', '+00') }),
  };
}

/** What the embedded PostgreSQL is started with to archive into a folder, which is made where it is missing; null: not at all. */
export function archiving(path: string | null): { settings?: Record<string, string>; reaches?: string[] } {
  if (path === null) return {};
  const folder = resolve(path);
  // It holds personal data.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { settings: archiveSettings(folder), reaches: [folder] };
}

/** For the shell, in a command where PostgreSQL gives `%` a meaning. */
function quoted(path: string): string {
  return `'${path.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
}
