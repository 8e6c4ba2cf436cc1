import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveSecret, readSecret } from './secrets.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'onecode-secret-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('the first start makes a key file that only its owner reads; later starts and other servers use it', async () => {
  const dataDir = join(root, 'new', 'data');
  const [first, second] = await Promise.all([1, 2].map(() => readSecret({ secret: null, dataDir }, bytes)));
  expect(first).toEqual({ ok: true, value: expect.stringMatching(/^[\w-]{43}$/) });
  expect(second).toEqual(first);
  expect(modeOf(join(dataDir, 'secret.key'))).toBe(0o600);
  chmodSync(join(dataDir, 'secret.key'), 0o644);
  expect(await readSecret({ secret: null, dataDir }, bytes)).toEqual(first);
  expect(modeOf(join(dataDir, 'secret.key'))).toBe(0o600);
});

test('the environment goes before the file; a short secret is refused', async () => {
  const secret = 'x'.repeat(32);
  expect(await readSecret({ secret, dataDir: join(root, 'none') }, bytes)).toEqual({ ok: true, value: secret });
  expect(await readSecret({ secret: 'short', dataDir: root }, bytes)).toMatchObject({ ok: false });
  writeFileSync(join(root, 'secret.key'), 'cut');
  expect(await readSecret({ secret: null, dataDir: root }, bytes)).toMatchObject({ ok: false });
  expect(readFileSync(join(root, 'secret.key'), 'utf8')).toBe('cut');
});

test('secrets of different purposes differ', () => {
  const secret = 'x'.repeat(32);
  expect(deriveSecret(secret, 'accounts')).not.toBe(deriveSecret(secret, 'devices'));
  expect(deriveSecret(secret, 'accounts')).toBe(deriveSecret(secret, 'accounts'));
});
