import { assert } from '#schemas/assert.ts';
import type { Fact } from '#schemas/journal/kinds.ts';
import { pairAnswerSchema } from '#schemas/sync/pairing.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';

/** A till of the replay: takes facts in the order of time and sees to it that they reach the server. */
export type ReplayTill = {
  readonly tillNumber: number;
  /** Puts a fact on record; waits while too much is on its way. */
  commit(fact: Fact, atMs: number): Promise<void>;
  /** Resolves when the server has all of it. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** Whose name stands in every entry: the file has none. */
export const operatorId = 'replay';

/** Pairs as a tablet does: a key pair of its own, of which the server gets the public half. */
export async function pairTill(baseUrl: string, code: string, deviceName: string) {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const response = await fetch(`${baseUrl}/api/pair`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-onecode-request': '1' },
    body: JSON.stringify({ protocol: protocolVersion, code, publicKey: { kty, crv, x, y }, deviceName }),
  });
  const text = await response.text();
  assert(response.ok, `pairing is answered with ${response.status}: ${text}`);
  return { paired: pairAnswerSchema.parse(JSON.parse(text)), signingKey: keys.privateKey };
}
export type Pairing = Awaited<ReturnType<typeof pairTill>>;
