import { z } from 'zod';
import { fail, ok, type Result } from '../result.ts';

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** The public half of the key that signs a chain's codes: P-256, as the tills' keys are. */
export const chainKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});
export type ChainKey = z.infer<typeof chainKeySchema>;

/** `member`: what a phone shows for a minute. `coupon`: one code of a coupon, good until its day. */
export const signedPurposes = { member: 'OCM1', coupon: 'OCC1' } as const;
export type SignedPurpose = keyof typeof signedPurposes;

/** `subject`: a member's code, or `<coupon id>/<serial>`. Times are of the server's clock. */
export type SignedCode = { subject: string; fromMs: number; untilMs: number };

/** Why a code is not believed; the screen says what to do for each. */
export const signedFaults = ['not-a-code', 'forged', 'expired', 'too-early'] as const;
export type SignedFault = (typeof signedFaults)[number];

/** A till's clock may be off this much after correction; a code is believed that much before and after its time. */
export const signedClockMs = 15_000;
/** How long a code on a member's phone holds: it is replaced at half of that. */
export const rotatingMs = 45_000;

const parts = /^(OC[MC]1)\.([!-\-/-{}~]{1,90})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{86})$/;

function signedText(purpose: SignedPurpose, chainId: string, code: SignedCode): string {
  return ['onecode/1', chainId, head(purpose, code)].join('\n');
}

function head(purpose: SignedPurpose, { subject, fromMs, untilMs }: SignedCode): string {
  const seconds = [Math.floor(fromMs / 1_000), Math.ceil(untilMs / 1_000)].map((at) => at.toString(36));
  return [signedPurposes[purpose], subject, ...seconds].join('.');
}

/**
 * [MB5] [MB6] The text of a QR code that only the holder of the chain's key can make. `sign`: ECDSA P-256 with SHA-256, base64url of
 * r‖s. It is of one chain and of one purpose: neither a coupon's nor another chain's is taken for it.
 */
export async function signCode(
  purpose: SignedPurpose,
  chainId: string,
  code: SignedCode,
  sign: (text: string) => Promise<string> | string,
): Promise<string> {
  return `${head(purpose, code)}.${await sign(signedText(purpose, chainId, code))}`;
}

/**
 * [MB5] [MB6] Reads a code with what every till holds, the chain's public key: a stolen tablet can check codes and make none.
 * `nowMs`: the corrected time. A code of another purpose is `not-a-code`.
 */
export async function readSignedCode(
  purpose: SignedPurpose,
  chainId: string,
  scanned: string,
  key: ChainKey,
  nowMs: number,
): Promise<Result<SignedCode, { code: SignedFault }>> {
  const found = parts.exec(scanned);
  const [, mark, subject = '', from = '', until = '', signature = ''] = found ?? [];
  if (mark !== signedPurposes[purpose]) return fail({ code: 'not-a-code' });
  const [fromMs, untilMs] = [from, until].map((seconds) => Number.parseInt(seconds, 36) * 1_000);
  const code = { subject, fromMs: fromMs ?? 0, untilMs: untilMs ?? 0 };
  if (!(await isSigned(signedText(purpose, chainId, code), signature, key))) return fail({ code: 'forged' });
  if (nowMs > code.untilMs + signedClockMs) return fail({ code: 'expired' });
  return nowMs < code.fromMs - signedClockMs ? fail({ code: 'too-early' }) : ok(code);
}

async function isSigned(text: string, signature: string, key: ChainKey): Promise<boolean> {
  const { kty, crv, x, y } = key;
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, curve, false, ['verify']);
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  return crypto.subtle.verify(algorithm, publicKey, bytes, new TextEncoder().encode(text));
}

/**
 * [MB5] Codes that a till has taken, so that a picture of one is worth nothing there a second later. What has expired is forgotten.
 * True: it was not seen before.
 */
export class SeenCodes {
  readonly #until = new Map<string, number>();

  take(scanned: string, untilMs: number, nowMs: number): boolean {
    for (const [code, until] of this.#until) if (until + signedClockMs < nowMs) this.#until.delete(code);
    if (this.#until.has(scanned)) return false;
    this.#until.set(scanned, untilMs);
    return true;
  }
}
