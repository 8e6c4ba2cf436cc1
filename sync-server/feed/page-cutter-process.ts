import { setPriority } from 'node:os';
import pg from 'pg';
import { type CutReport, cutScope } from './page-cutter.ts';
import type { Scope } from './page-tables.ts';

/** What the server asks of its cutter process, once. The URL holds a password, so it never stands on a command line. */
export type CutOrder = { url: string; scope: Scope; background: boolean };
export type CutAnswer = { report: CutReport } | { error: string; code: string };

// A process of its own, so that packing a million units never holds up a sale, and its memory goes back to the system when
// it ends: with its work, or with the server.

// As db/database.ts has it, without the query builder, whose loading takes longer than a small store's cut.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

process.once('disconnect', () => process.exit(1));
process.once('message', (order: CutOrder) => {
  void answer(order).then((message) => process.send?.(message, () => process.exit(0)));
});

async function answer({ url, scope, background }: CutOrder): Promise<CutAnswer> {
  // Nobody waits for it: the processor goes to the server first.
  if (background) setPriority(10);
  const client = new pg.Client({ connectionString: url, application_name: 'onecode pages' });
  try {
    await client.connect();
    return { report: await cutScope(client, scope) };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return { error: error instanceof Error ? error.message : String(error), code: String(code) };
  } finally {
    await client.end();
  }
}
