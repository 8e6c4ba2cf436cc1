import { z } from 'zod';
import { key, text } from '../text.ts';

// What is kept about a person, to be shown to them, handed over and erased. People of the staff:
// `/api/stores/:store/personal-data/people/:person`, for the chain `/api/personal-data/people/:person`; members of a
// store: `/api/stores/:store/personal-data/members/:person`. Each: GET (shown), GET …/export (a JSON file), POST …/erase
// (body `{}`). Errors: `not-found` 404, `forbidden` 403 (somebody with rights that the asker lacks), `last-owner` 409,
// `own-access` 409.

const rowSchema = z.record(z.string(), z.unknown());

/** Table by table, in the database's own words, without what is secret (PINs, passwords, keys, tokens). */
export const personalDataSchema = z.object({
  personId: key(40),
  kind: z.enum(['person', 'member']),
  name: text(100),
  /** Of this server's clock. */
  atMs: z.number().int(),
  sections: z.array(z.object({ table: z.string().max(40), rows: z.array(rowSchema) })),
});
export type PersonalData = z.infer<typeof personalDataSchema>;

export const eraseAnswerSchema = z.object({
  personId: key(40),
  erasedAtMs: z.number().int(),
  /** Other stores of the chain that hold the member, and which the asker's rights do not reach. */
  storesLeft: z.number().int().min(0),
});
export type EraseAnswer = z.infer<typeof eraseAnswerSchema>;

/** `POST /api/stores/:store/personal-data/members/find`: by the beginning of name, phone or code, which no address may hold. */
export const memberQuerySchema = z.object({ q: text(100).default('') });
export const memberListSchema = z.object({
  members: z.array(
    z.object({ memberId: key(40), name: text(100), phone: z.string().nullable(), code: z.string(), tier: z.string() }),
  ),
  more: z.boolean(),
});
export type MemberList = z.infer<typeof memberListSchema>;
