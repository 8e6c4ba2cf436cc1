import type pg from 'pg';
import { expect, test } from 'vitest';
import { WritePath } from './write-path.ts';

async function checked(...statements: string[]): Promise<string> {
  const path = new WritePath();
  const client = { query: async () => ({ rows: [] }) } as unknown as pg.PoolClient;
  path.watch(client);
  for (const text of statements) await client.query(text);
  try {
    path.check();
    return 'fine';
  } catch (error) {
    return (error as Error).message;
  }
}

test('[D1] a statement of posting about a store and the chain at once is found; what is not posting is not looked at', async () => {
  const journal = 'insert into journal (store_id) values ($1)';
  const mixed = 'select from stock join price using (sku_id)';
  expect(await checked('begin', journal, 'select from stock', 'select from price', 'commit')).toBe('fine');
  expect(await checked('begin', journal, 'insert into member as m select from member_account', 'commit')).toBe('fine');
  expect(await checked('begin', mixed, 'commit', 'begin', mixed, journal, 'rollback')).toBe('fine');
  expect(await checked('begin', mixed, journal, 'commit')).toContain(mixed);
});
