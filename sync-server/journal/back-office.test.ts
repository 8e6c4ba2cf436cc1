import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { writeBackOfficeEntries, writeBackOfficeEntry } from './back-office.ts';
import { makeStore, openTestContext } from './test-journal.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let servers: ReturnType<typeof openTestContext>[];
let storeId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  servers = [openTestContext(database.url), openTestContext(database.url)];
  const [first] = servers;
  if (first) storeId = await makeStore(first);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await database.drop();
});

function draft(note: string) {
  const lines = [{ skuId: 'A', gtin14: null, quantity: 1, serials: [], placeId: 'floor' }];
  return { kind: 'stock-adjusted', body: { reason: 'found', note, lines, approvals: [] }, operatorId: 'mia' };
}

test('[J3] two servers write several entries at once: each bunch together, no gap, no broken link', async () => {
  const writes = Array.from({ length: 12 }, (_, n) =>
    writeBackOfficeEntries(servers[n % 2] as (typeof servers)[number], storeId, [
      draft(`${n} a`),
      draft(`${n} b`),
      draft(`${n} c`),
    ]),
  );
  const written = await Promise.all(writes);
  expect(written.map(({ ok }) => ok)).toEqual(written.map(() => true));
  const { pool } = (servers[0] as (typeof servers)[number]).database;
  const { rows } = await pool.query<{ sequence: number; hash: string; previous_hash: string; document: string }>(
    'select sequence, hash, previous_hash, document::text from journal where store_id = $1 order by sequence',
    [storeId],
  );
  expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 36 }, (_, at) => at + 1));
  for (const [at, row] of rows.entries()) {
    if (at > 0) expect(row.previous_hash).toBe(rows[at - 1]?.hash);
  }
  const notes = rows.map(({ document }) => JSON.parse(document).body.note as string);
  for (let at = 0; at < notes.length; at += 3) {
    const [bunch] = (notes[at] ?? '').split(' ');
    expect(notes.slice(at, at + 3)).toEqual([`${bunch} a`, `${bunch} b`, `${bunch} c`]);
  }
  const { rows: raised } = await pool.query('select code, detail from exception where store_id = $1', [storeId]);
  expect(raised).toEqual([]);
});

test('one draft that cannot be posted: nothing of the bunch is written', async () => {
  const [server] = servers as [(typeof servers)[number]];
  const bad = { ...draft('x'), body: { reason: 'no reason' } };
  expect(await writeBackOfficeEntries(server, storeId, [draft('x'), bad])).toMatchObject({
    ok: false,
    error: { code: 'invalid-body' },
  });
  const huge = { ...draft('x'), body: { ...draft('x').body, note: 'n'.repeat(501) } };
  expect(await writeBackOfficeEntry(server, storeId, huge)).toMatchObject({ ok: false });
  const { rows } = await server.database.pool.query('select count(*)::int as n from journal where store_id = $1', [
    storeId,
  ]);
  expect(rows).toEqual([{ n: 36 }]);
});
