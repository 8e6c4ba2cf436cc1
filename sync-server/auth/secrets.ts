import { hkdfSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '#schemas/result.ts';

const keyFile = 'secret.key';
const ownerOnly = 0o600;

/**
 * The installation's secret: `ONECODE_SECRET`, or the key file in the data folder, made on the first start and readable by
 * its owner alone. All servers of an installation need the same. A failure's message is for a person.
 */
export async function readSecret(
  settings: { secret: string | null; dataDir: string },
  randomBytes: (count: number) => Uint8Array,
): Promise<Result<string, { code: 'bad-secret'; message: string }>> {
  if (settings.secret !== null) return checked(settings.secret, 'ONECODE_SECRET');
  await mkdir(settings.dataDir, { recursive: true });
  const path = join(settings.dataDir, keyFile);
  if (!existsSync(path)) {
    const draft = `${path}.${Buffer.from(randomBytes(6)).toString('hex')}`;
    await makeOnce(path, draft, Buffer.from(randomBytes(32)).toString('base64url'));
  }
  // A copy from a backup may be readable by others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, ownerOnly);
  return checked((await readFile(path, 'utf8')).trim(), path);
}

/** A secret for one purpose, 32 bytes as base64url: who learns one of them learns no other (HKDF, RFC 5869). */
export function deriveSecret(secret: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', `onecode ${purpose}`, 32)).toString('base64url');
}

/** Written aside, then linked: nobody reads half a secret, and of two servers that start at once one makes it. */
async function makeOnce(path: string, draft: string, content: string): Promise<void> {
  const file = await open(draft, 'w', ownerOnly);
  try {
    await file.writeFile(`${content}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function checked(secret: string, place: string): Result<string, { code: 'bad-secret'; message: string }> {
  if (secret.length >= 32) return ok(secret);
  const message = `The secret in ${place} is too short. Give 32 random characters or more, such as: openssl rand -base64 32`;
  return fail({ code: 'bad-secret', message });
}
