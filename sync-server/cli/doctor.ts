import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { noKeySeal } from '../auth/private-keys.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { readSettings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run doctor [-- --quick --json --backups FOLDER]
npm run doctor -- --rebuild

Looks at the database, the journal's chains and signatures, stock, money, units, missing numbers, clocks, disk, certificates,
printers and backups, and posts the whole journal again on a copy (P2). Says what is wrong and what to do. Changes nothing.

  --quick    without the copy
  --json     a line of JSON a finding
  --backups  where backups are; ONECODE_BACKUP_FOLDER, or "backups" in the data folder, without it
  --rebuild  makes all derived tables again from the journal, in place

Ends with 0 when all is well or nearly, 1 when something is wrong, 2 when it could not look.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      rebuild: { type: 'boolean', default: false },
      backups: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new TypeError(settings.error.message);
  const { dataDir, logArchive, backups: planned } = settings.value;
  const owned = await openOwnedDatabase(settings.value, (line) => process.stderr.write(`${line}\n`));
  const database = openDatabase(owned.url, { poolSize: 4 });
  const changes = new ChangeBus({ url: owned.url });
  const log = pino({ level: 'error' }, pino.destination(2));
  const context: ServerContext = { database, keySeal: noKeySeal, changes, log, nowMs: Date.now, randomBytes };
  try {
    if (values.rebuild) return await rebuild(context);
    const backups = { folder: values.backups ?? planned.folder, plan: planned.plan };
    let worst: Finding['level'] = 'ok';
    for await (const finding of examine(context, {
      ownerUrl: owned.url,
      dataDir,
      logArchive,
      isQuick: values.quick,
      backups,
    })) {
      process.stdout.write(values.json ? `${JSON.stringify(finding)}\n` : lineOf(finding));
      if (finding.level === 'error' || worst === 'ok') worst = finding.level;
    }
    return worst === 'error' ? 1 : 0;
  } finally {
    await changes.close();
    await database.close();
    await owned.stop();
  }
}

const marks = { ok: '  well   ', warning: '  look   ', error: '  WRONG  ' } as const;

function lineOf({ level, subject, message, advice }: Finding): string {
  const todo = advice === '' ? '' : `\n             → ${advice}`;
  return `${marks[level]} ${subject}: ${message}${todo}\n`;
}

async function rebuild(context: ServerContext): Promise<number> {
  await context.changes.connect();
  const { rows } = await context.database.pool.query<{ storeId: string; name: string }>(
    'select store_id as "storeId", name from store order by 1',
  );
  for (const { storeId, name } of rows) {
    process.stdout.write(`  ${name}: ${await rebuildStore(context, storeId)} entries posted again\n`);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isForPerson = error instanceof EmbeddedPostgresError || error instanceof TypeError;
  process.stderr.write(`${isForPerson ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 2;
}
