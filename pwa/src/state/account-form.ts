import { minorDigits } from '#schemas/money/money.ts';
import { type AccountFacts, accountFactsSchema } from '#schemas/payment/customer-account.ts';
import { typedAmount } from './typed-amount.ts';

/** What is typed of a customer account. */
export type AccountDraft = {
  number: string;
  name: string;
  contact: string;
  taxNumber: string;
  currency: string;
  limit: string;
  terms: string;
  /** None: all that sell in its currency. */
  storeIds: string[];
  /** A name a line. */
  signers: string;
  /** Empty: it is not stopped. */
  blockedReason: string;
  notes: string;
};

export function accountDraft(account: { number: string; facts: AccountFacts } | null, currency: string): AccountDraft {
  if (account === null) {
    const empty = { number: '', name: '', contact: '', taxNumber: '', limit: '', signers: '', notes: '' };
    return { ...empty, currency, terms: '30', storeIds: [], blockedReason: '' };
  }
  const { limitMinor, termsDays, storeIds, signers, blockedReason, ...facts } = account.facts;
  const digits = minorDigits(facts.currency);
  return {
    ...facts,
    number: account.number,
    limit: (limitMinor / 10 ** digits).toFixed(digits),
    terms: String(termsDays),
    storeIds: storeIds ?? [],
    signers: signers.join('\n'),
    blockedReason: blockedReason ?? '',
  };
}

/** What the draft says; `facts` null: the fields in `wrong` say nothing that holds. */
export function factsOfDraft(draft: AccountDraft): {
  facts: AccountFacts | null;
  wrong: ('name' | 'limit' | 'terms')[];
} {
  const name = draft.name.trim();
  const limitMinor = typedAmount(draft.limit, draft.currency);
  const isTerms = /^\d{1,3}$/.test(draft.terms.trim()) && Number(draft.terms) <= 365;
  const wrong = [
    ...(name === '' ? ['name' as const] : []),
    ...(limitMinor === null || limitMinor < 0 ? ['limit' as const] : []),
    ...(isTerms ? [] : ['terms' as const]),
  ];
  if (wrong.length > 0) return { facts: null, wrong };
  const signers = draft.signers.split('\n').map((line) => line.trim());
  const read = accountFactsSchema.safeParse({
    ...{ name, contact: draft.contact.trim(), taxNumber: draft.taxNumber.trim(), currency: draft.currency },
    ...{ limitMinor, termsDays: Number(draft.terms), notes: draft.notes.trim() },
    storeIds: draft.storeIds.length === 0 ? null : draft.storeIds,
    signers: [...new Set(signers.filter((line) => line !== ''))],
    blockedReason: draft.blockedReason.trim() || null,
  });
  return { facts: read.data ?? null, wrong: read.success ? [] : ['name'] };
}
