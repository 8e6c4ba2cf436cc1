import type { RefusalCode } from '#schemas/journal/envelope.ts';

/** A document that the journal does not take: why, and in words what is safe and what to do. */
export type Refusal = { code: RefusalCode; reason: string };

const adviceByCode: Readonly<Record<RefusalCode, string>> = {
  'not-an-entry':
    'this is no journal entry. It was set aside for the manager; the till keeps it. Update the app of this till.',
  'wrong-store':
    "this entry belongs to another store. Nothing was posted; the till keeps it. Pair the till with the entry's own store.",
  'wrong-till':
    'this entry names another till than the one that sent it. Nothing was posted. Send it from the till that wrote it.',
  'broken-hash':
    'the content differs from what was sealed. It was set aside for the manager; check this till and pair it anew.',
  'broken-signature':
    "the signature is not this till's. It was set aside for the manager; check this till and pair it anew.",
  'sequence-taken':
    'another entry of this till has this number already and stays as it is. Pair this till anew to go on selling.',
  immutable: 'an entry is never changed or deleted. Write a new entry that corrects it.',
  'too-large': 'this entry is larger than an entry may be. It was not posted; record it in several smaller entries.',
};

/** The reason begins with the code; `detail` says where in the document, when that is known. */
export function refusal(code: RefusalCode, detail?: string): Refusal {
  return { code, reason: `${code}: ${adviceByCode[code]}${detail === undefined ? '' : ` (${detail.slice(0, 200)})`}` };
}
