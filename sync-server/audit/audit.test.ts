import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySealOf } from '../auth/private-keys.ts';
import type { ServerContext } from '../context.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { type AuditActor, recordAudit, sealPlace } from './audit.ts';
import { personKeyOf, type SealedPersonal, seal, unseal } from './personal-seal.ts';

let database: Database;
let drop: () => Promise<void>;
let context: ServerContext;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const by: AuditActor = { actorType: 'person', actorId: 'imogen', address: '192.0.2.7', userAgent: 'a browser' };

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = openDatabase(made.url);
  const changes = new ChangeBus({ url: made.url });
  const keySeal = keySealOf('of a test');
  context = { database, keySeal, changes, log: silent, nowMs: () => 1_800_000_000_000, randomBytes };
});
afterAll(async () => {
  await database.close();
  await drop();
});

type Row = { auditId: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null };

async function entriesAbout(subjectId: string): Promise<Row[]> {
  const { rows } = await database.pool.query<Row>(
    'select audit_id as "auditId", before, after from audit_entry where subject_id = $1 order by audit_id',
    [subjectId],
  );
  return rows;
}

test('[J2] what is personal is on record under the key of the person, and gone with it', async () => {
  const personal = { personId: 'ada', before: { name: 'Ada' }, after: { name: 'Ada Lovelace' } };
  const what = { merchantId: 'm', storeId: 's', action: 'staff-changed', subjectType: 'person' } as const;
  const plain = { subjectId: 'ada', before: { locale: 'en' }, after: { locale: 'zh-Hans' } };
  await recordAudit(database.pool, context, by, { ...what, ...plain, personal });
  const [entry] = await entriesAbout('ada');
  expect(entry?.before).toEqual({ locale: 'en', personal: { personId: 'ada', sealed: expect.any(String) } });
  expect(JSON.stringify(entry)).not.toContain('Lovelace');

  const key = await personKeyOf(database.pool, context, 'm', 'ada');
  const sealed = (entry?.after?.personal as SealedPersonal | undefined)?.sealed ?? '';
  expect(unseal(key, sealPlace('m', entry?.auditId ?? '', 'after'), sealed)).toEqual({ name: 'Ada Lovelace' });

  await database.pool.query("delete from person_key where person_id = 'ada'");
  const next = await personKeyOf(database.pool, context, 'm', 'ada');
  expect(next.equals(key)).toBe(false);
  expect(unseal(next, sealPlace('m', entry?.auditId ?? '', 'after'), sealed)).toBe(null);
});

test('a sealed value opens where it was put, unaltered, and nowhere else', () => {
  const key = randomBytes(32);
  const sealed = seal(key, randomBytes(12), 'm|1|after', { name: '張偉' });
  expect(unseal(key, 'm|1|after', sealed)).toEqual({ name: '張偉' });
  expect(unseal(key, 'm|1|before', sealed)).toBe(null);
  expect(unseal(key, 'm|2|after', sealed)).toBe(null);
  expect(unseal(key, 'm|1|after', `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`)).toBe(null);
  expect(unseal(key, 'm|1|after', 'AAAA')).toBe(null);
});

test('two transactions that use a key for the first time at once use the same', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => personKeyOf(database.pool, context, 'm', 'both')));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
});
