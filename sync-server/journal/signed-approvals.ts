import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Approval, ApprovalSignature } from '#schemas/policy/approval.ts';
import { approvalChallenge } from '#schemas/policy/approval-challenge.ts';
import type { Queryable } from '../db/database.ts';
import { approvalsOf, type IsAttested, isSale, type PlacedEntry } from './attested-approvals.ts';

type RecordedEntry = PlacedEntry & { recordedAtMs: number };
type Store = { storeId: string; merchantId: string };
type Signed = { entry: RecordedEntry; approval: Approval };
/** What a signature proved: which approval it is of, and the authenticator's count of signatures. */
type Proof = { challenge: string; signCount: number };

/** Tills' clocks are told apart from an authenticator that counts backwards by so much. */
const clockErrorMs = 10 * 60_000;

/**
 * [A1] Approvals by passkey, their signatures checked again as the till checked them: by a passkey that was this person's then, for this
 * approval of this till and no other; a sale uses it up, the first that came; and no authenticator counts backwards. The
 * passkeys' history is added to and ended under the lock of the store's counter, which the caller holds, and what has been used
 * is derived from the journal, so posting again finds the same (P2).
 */
export async function signedApprovals(
  transaction: Queryable,
  store: Store,
  entries: readonly RecordedEntry[],
): Promise<IsAttested> {
  const signed = entries.flatMap((entry) =>
    approvalsOf(entry).flatMap((approval) => (approval.method === 'passkey' ? [{ entry, approval }] : [])),
  );
  if (signed.length === 0) return () => true;
  const believedThrough = await readBelievedThrough(transaction, store.storeId);
  const good = new Set<Approval>();
  for (const { entry, approval } of signed) {
    if (entry.journalSeq <= believedThrough) good.add(approval);
    else if (await isProved(transaction, store, { entry, approval })) good.add(approval);
  }
  return (_entry, approval) => approval.method !== 'passkey' || good.has(approval);
}

async function isProved(transaction: Queryable, store: Store, { entry, approval }: Signed): Promise<boolean> {
  const { signed } = approval;
  if (signed === undefined) return false;
  const publicKey = await readPublicKey(transaction, store.merchantId, { entry, approval });
  if (publicKey === null) return false;
  const { storeId } = store;
  const { tillNumber } = entry;
  const { right, reason, approvedAtMs: atMs } = approval;
  const about = { right, reason, storeId, tillNumber, atMs, random: signed.random };
  const challenge = Buffer.from(await approvalChallenge(about)).toString('base64url');
  const signCount = await checkSignature(signed, publicKey, challenge);
  return signCount !== null && (await isFresh(transaction, storeId, { entry, approval }, { challenge, signCount }));
}

/** The authenticator's count of signatures when this is one, made by a person whom it verified; null otherwise. */
async function checkSignature(
  { credentialId, clientDataJson, authenticatorData, signature }: ApprovalSignature,
  publicKey: Uint8Array<ArrayBuffer>,
  challenge: string,
): Promise<number | null> {
  const place = placeOf(clientDataJson);
  if (place === null) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON: clientDataJson, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      credential: { id: credentialId, publicKey, counter: 0 },
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    // The library throws for everything that a signature can lack.
    return null;
  }
}

/**
 * Where it was signed. Authenticators sign for the host alone that a passkey was made at, so the address need only be its: it
 * is not compared with ours, which may be another when the journal is posted again (P2).
 */
function placeOf(clientDataJson: string): { origin: string; rpId: string } | null {
  try {
    const { origin, crossOrigin } = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString()) as {
      [name: string]: unknown;
    };
    if (typeof origin !== 'string' || crossOrigin === true) return null;
    return { origin, rpId: new URL(origin).hostname };
  } catch {
    return null;
  }
}

/** Marks the signature as the entry's, unless another had it, and says whether it is good for this one. */
async function isFresh(
  transaction: Queryable,
  storeId: string,
  { entry, approval }: Signed,
  { challenge, signCount }: Proof,
): Promise<boolean> {
  const { entryId } = entry;
  const credentialId = approval.signed?.credentialId;
  const { rows } = await transaction.query<{ isBackwards: boolean; usedBy: string | null }>({
    name: 'read approval signatures',
    text: `select exists (select 1 from approval_signature
                    where store_id = $1 and credential_id = $2 and challenge <> $3 and greatest(sign_count, $4) > 0
                      and (approved_at_ms < $5 and sign_count >= $4 or approved_at_ms > $6 and sign_count <= $4)
                  ) as "isBackwards",
                  (select entry_id from approval_signature where store_id = $1 and challenge = $3) as "usedBy"`,
    values: [
      ...[storeId, credentialId, challenge, signCount],
      ...[approval.approvedAtMs - clockErrorMs, approval.approvedAtMs + clockErrorMs],
    ],
  });
  const [found] = rows;
  if (found === undefined || found.isBackwards) return false;
  // Receiving and moving may write several entries by one yes.
  if (found.usedBy !== null) return found.usedBy === entryId || !isSale(entry);
  await transaction.query({
    name: 'keep approval signature',
    text: `insert into approval_signature
             (store_id, challenge, operator_id, credential_id, approved_at_ms, sign_count, entry_id)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [storeId, challenge, approval.operatorId, credentialId, approval.approvedAtMs, signCount, entryId],
  });
  return true;
}

/**
 * COSE, of a passkey that was this person's: made before the entry was recorded, and not ended when it signed. Whoever backdates a
 * signature holds the passkey itself; how far is told by the till's clock (H4).
 */
async function readPublicKey(
  transaction: Queryable,
  merchantId: string,
  { entry, approval }: Signed,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { recordedAtMs } = entry;
  const { rows } = await transaction.query<{ publicKey: string }>({
    name: 'read approval passkey',
    text: `select public_key as "publicKey" from approval_passkey
            where merchant_id = $1 and operator_id = $2 and credential_id = $3
              and from_ms <= $4 and (until_ms is null or until_ms > $5)`,
    values: [
      ...[merchantId, approval.operatorId, approval.signed?.credentialId, recordedAtMs],
      Math.min(approval.approvedAtMs, recordedAtMs),
    ],
  });
  const [passkey] = rows;
  return passkey === undefined ? null : new Uint8Array(Buffer.from(passkey.publicKey, 'base64'));
}

async function readBelievedThrough(transaction: Queryable, storeId: string): Promise<number> {
  const { rows } = await transaction.query<{ through: number }>({
    name: 'passkeys from',
    text: 'select passkeys_from_seq as through from store_counter where store_id = $1',
    values: [storeId],
  });
  return rows[0]?.through ?? 0;
}
