import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { cutScope } from './page-cutter.ts';
import type { Scope } from './page-tables.ts';

// A thread of its own, so that packing a million units never holds up a sale. It ends with its work: its memory is freed.
assert(parentPort, 'runs as a worker thread');
const { url, scope } = workerData as { url: string; scope: Scope };
// As db/database.ts has it, without the query builder, whose loading takes longer than a small store's cut.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const client = new pg.Client({ connectionString: url, application_name: 'onecode pages' });
await client.connect();
try {
  parentPort.postMessage(await cutScope(client, scope));
} finally {
  await client.end();
}
