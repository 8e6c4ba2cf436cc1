import { canonicalJson } from '../journal/canonical-json.ts';

/** What a second person signs for with a passkey. `atMs`: till's corrected time; `random`: 16 bytes, base64url. */
export type ApprovalToSign = {
  right: string;
  reason: string;
  storeId: string;
  tillNumber: number;
  atMs: number;
  random: string;
};

/** SHA-256 over what is approved and fresh random bytes: an old signature approves nothing new, one thing no other. */
export async function approvalChallenge(approval: ApprovalToSign): Promise<Uint8Array<ArrayBuffer>> {
  const { right, reason, storeId, tillNumber, atMs, random } = approval;
  const text = canonicalJson({ right, reason, storeId, tillNumber, atMs, random });
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
