import { fail, ok, type Result } from '#schemas/result.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { IdentityDatabase, type IndexedDbSource } from './identity-database.ts';
import type { BadgeFailure, SignInFailure } from './till-types.ts';

const freeAttempts = 5;
const firstLockMs = 30_000;
const longestLockMs = 24 * 3_600_000;
/** Where unknown badges are counted, for the whole tablet: no operator's id has a bar in it. */
const badgeCounter = '|badge';

/** How long the nth wrong attempt in a row makes the next one wait. */
function lockMsAfter(failed: number): number {
  const beyond = failed - freeAttempts;
  return beyond < 0 ? 0 : Math.min(firstLockMs * 2 ** beyond, longestLockMs);
}

/**
 * Checks PINs and badges without a server. Attempts are counted in the database before the slow hash begins, so that
 * killing the tab gives no free ones; after five wrong ones in a row each further one has to wait, 30 s doubling.
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

  /** Whose badge it is. `code` as `badgeCodeOf` leaves it. Takes as long whoever's it is, and when it is nobody's. */
  async whose(staff: readonly StaffRow[], code: string): Promise<Result<StaffRow, BadgeFailure>> {
    const counted = await this.#count(badgeCounter);
    if (counted.waitMs > 0) return fail({ code: 'locked', waitMs: counted.waitMs });
    const badgeHash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code));
    const verifier = toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', this.#pinKey, badgeHash)));
    // All are looked at, so that the time does not tell where in the list somebody stands.
    const [owner] = staff.filter((row) => row.badgeVerifier === verifier);
    if (owner !== undefined) {
      await this.#database.pinAttempts.delete(badgeCounter);
      return ok(owner);
    }
    if (counted.attemptsLeft > 0) return fail({ code: 'unknown-badge', attemptsLeft: counted.attemptsLeft });
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
      const lockMs = lockMsAfter(failed);
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
