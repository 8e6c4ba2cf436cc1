import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { restoreBackup } from '../backup/restore-backup.ts';
import { backupLines } from '../backup/write-backup.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { checkRebuild } from './check-rebuild.ts';
import { type Finding, warning } from './finding.ts';

/**
 * [P2] On a copy of the database beside it, which goes through the same hands as a backup and a restore and is dropped
 * afterwards: nobody waits for it, and nothing of the original changes.
 */
export async function checkRebuildOnCopy(
  context: ServerContext,
  ownerUrl: string,
  storeIds: string[],
): Promise<Finding[]> {
  const name = `onecode_doctor_${randomBytes(6).toString('hex')}`;
  try {
    await context.database.pool.query(`create database ${name} template template0`);
  } catch (error) {
    // Class 42: not allowed to.
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    const advice = 'Give the role of DATABASE_URL the right to make databases, or look with --quick.';
    return [warning('rebuild', 'Not looked at: this role may not make a copy of the database.', advice)];
  }
  const url = Object.assign(new URL(ownerUrl), { pathname: `/${name}` }).href;
  const copy = openDatabase(url, { poolSize: 4 });
  try {
    const lines = Readable.from(backupLines(context.database, context.nowMs()), { objectMode: true, highWaterMark: 1 });
    const zipped = createGzip({ level: 1 });
    lines.on('error', (error) => zipped.destroy(error));
    await restoreBackup(copy, lines.pipe(zipped));
    const findings: Finding[] = [];
    for (const storeId of storeIds) {
      findings.push(await checkRebuild({ ...context, database: copy, changes: new ChangeBus() }, storeId));
    }
    return findings;
  } finally {
    await copy.close();
    await context.database.pool.query(`drop database if exists ${name} with (force)`);
  }
}
