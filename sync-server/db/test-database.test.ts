import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

test('each test database is its own, and is gone when dropped', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new pg.Client({ connectionString: one.ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('CREATE TABLE only_here (id int)');
  const otherClient = new pg.Client({ connectionString: other.ownerUrl });
  await otherClient.connect();
  await expect(otherClient.query('SELECT * FROM only_here')).rejects.toMatchObject({ code: '42P01' });
  await otherClient.end();

  await Promise.all([one.drop(), other.drop()]);
  const again = new pg.Client({ connectionString: one.ownerUrl });
  await expect(again.connect()).rejects.toMatchObject({ code: '3D000' });
});
