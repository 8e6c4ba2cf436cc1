import { z } from 'zod';

/** Version of the row feed and pairing messages. A breaking change raises it; wire.test.ts pins their shape. */
export const protocolVersion = 2;
export const protocolSchema = z.literal(protocolVersion);

/** Header that each request of a till carries. */
export const protocolHeader = 'x-onecode-protocol';

/**
 * The `uuid` of `/sync/`, a part of the names of CouchDB replication checkpoints: the same for every server and for ever.
 * Histories are told apart by what checkpoints and sequences hold.
 */
export const couchUuid = '6f6e65636f64652d6a6f75726e616c31';

/** All error codes that the server answers outside the CouchDB protocol; each is in the screen's message files. */
export const apiErrorCodes = [
  'bad-request',
  'too-large',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'till-revoked',
  'code-unknown',
  'code-used',
  'code-expired',
  'protocol-unknown',
  'too-many-attempts',
  'wrong-password',
  'wrong-code',
  'sign-in-again',
  'name-taken',
  'already-set-up',
  'last-owner',
  'own-access',
  'role-in-use',
  'page-gone',
  'busy',
  'internal',
] as const;
export type ApiErrorCode = (typeof apiErrorCodes)[number];

/** Body of every error answer of `/api` and `/feed`; `/sync` answers in CouchDB's shape. */
export const apiErrorSchema = z.object({
  error: z.object({
    code: z.enum(apiErrorCodes),
    detail: z.string().max(500).optional(),
    /** With `till-revoked`: the till is to clear itself at once (instruction.ts); the id of what was asked. */
    discard: z.uuid().optional(),
  }),
});
