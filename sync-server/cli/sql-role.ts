import { randomBytes } from 'node:crypto';
import { urlOfRole } from '../db/app-role.ts';
import { openDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { makeReportRole, reportRoleName, reportViews } from '../db/report-views.ts';
import { readSettings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

/** `npm run sql-role`: makes a role that reads the documented views and nothing else, and prints its address and the views once. */
async function main(): Promise<number> {
  const settings = readSettings([], process.env);
  if (!settings.ok) {
    process.stderr.write(`${settings.error.message}\n`);
    return 1;
  }
  const owned = await openOwnedDatabase(settings.value, (line) => process.stderr.write(`${line}\n`));
  const owner = openDatabase(owned.url, { poolSize: 1 });
  try {
    if (owned.isOurs) await migrate(owner);
    const role = reportRoleName(owned.url);
    const password = randomBytes(24).toString('base64url');
    await makeReportRole(owner, role, password);
    process.stdout.write(
      `${urlOfRole(owned.url, role, password)}\n\nShown this once; run again for another password.\n`,
    );
    for (const [name, { about, columns }] of Object.entries(reportViews)) {
      process.stdout.write(`\n${name}: ${about}\n`);
      for (const [column, means] of Object.entries(columns)) process.stdout.write(`  ${column.padEnd(16)}${means}\n`);
    }
    return 0;
  } finally {
    await owner.close();
    await owned.stop();
  }
}

process.exitCode = await main();
