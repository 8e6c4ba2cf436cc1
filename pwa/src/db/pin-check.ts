import { fail, ok, type Result } from '#schemas/result.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { IdentityDatabase, type IndexedDbSource } from './identity-database.ts';
import type { SignInFailure } from './till-types.ts';

const freeAttempts = 5;
const firstLockMs = 30_000;
const longestLockMs = 24 * 3_600_000;

/**
 * Checks PINs without a server. Attempts are counted in the database before the slow hash begins, so that killing the tab
 * gives no free ones; after five wrong ones in a row each further one has to wait, 30 s doubling.
 */
export class PinCheck {
  readonly #pinKey: CryptoKey;
  readonly #database: IdentityDatabase;
  readonly #nowMs: () => number;

  constructor(options: { pinKey: CryptoKey; nowMs: () => number; source?: IndexedDbSource | undefined }) {
    this.#pinKey = options.pinKey;
    this.#database = new IdentityDatabase(options.source);
    this.#nowMs = options.nowMs;
  }

  async check(staff: StaffRow, pin: string): Promise<Result<StaffRow, SignInFailure>> {
    const { operatorId } = staff;
    const counted = await this.#count(operatorId);
    if (counted.waitMs > 0) return fail({ code: 'locked', waitMs: counted.waitMs });
    if (staff.pin !== null && (await this.#verifier(staff.pin, pin)) === staff.pin.verifier) {
      await this.#database.pinAttempts.delete(operatorId);
      return ok(staff);
    }
    if (counted.attemptsLeft > 0) return fail({ code: 'wrong-pin', attemptsLeft: counted.attemptsLeft });
    return fail({ code: 'locked', waitMs: counted.lockMs });
  }

  /** Counts an attempt as failed, or says how long to wait before the next. */
  #count(operatorId: string): Promise<{ waitMs: number; attemptsLeft: number; lockMs: number }> {
    const { pinAttempts } = this.#database;
    return this.#database.transaction('rw', pinAttempts, async () => {
      const nowMs = this.#nowMs();
      const known = (await pinAttempts.get(operatorId)) ?? { operatorId, failed: 0, lockedUntilMs: 0 };
      // A clock that was set back must not lock anybody out for longer than the longest wait.
      const waitMs = Math.min(known.lockedUntilMs - nowMs, longestLockMs);
      if (waitMs > 0) return { waitMs, attemptsLeft: 0, lockMs: 0 };
      const failed = known.failed + 1;
      const beyond = failed - freeAttempts;
      const lockMs = beyond < 0 ? 0 : Math.min(firstLockMs * 2 ** beyond, longestLockMs);
      await pinAttempts.put({ operatorId, failed, lockedUntilMs: lockMs === 0 ? 0 : nowMs + lockMs });
      return { waitMs: 0, attemptsLeft: Math.max(0, freeAttempts - failed), lockMs };
    });
  }

  /** HMAC-SHA-256 under the till's key over PBKDF2-SHA-256 of the PIN (schemas/rows/staff.ts). */
  async #verifier({ salt, iterations }: NonNullable<StaffRow['pin']>, pin: string): Promise<string> {
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: fromBase64url(salt), iterations };
    const pinHash = await crypto.subtle.deriveBits(algorithm, key, 256);
    return toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', this.#pinKey, pinHash)));
  }

  close(): void {
    this.#database.close();
  }
}
