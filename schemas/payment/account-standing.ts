import type { Tender } from '../transaction/retail-transaction.ts';
import type { AccountPayment } from './account-payment.ts';
import { creditOf } from './credit.ts';
import type { AccountBound, CustomerAccountRow } from './customer-account.ts';
import { type TenderRule, tenderRefusal } from './tender-rules.ts';

type HeldTicket = {
  tillNumber: number;
  sequence: number;
  tenders: readonly Tender[];
  /** A bill of some account that it pays. */
  accountPayment?: Pick<AccountPayment, 'number' | 'amountMinor'> | undefined;
};

/** What of an account the tenders take, positive: sold on it. */
function takenMinor(number: string, tenders: readonly Pick<Tender, 'type' | 'reference' | 'amountMinor'>[]): number {
  return tenders.reduce((sum, tender) => {
    const credit = creditOf(tender);
    return credit?.kind === 'account' && credit.code === number ? sum + tender.amountMinor : sum;
  }, 0);
}

/**
 * [AC3] What is owed as a till knows it: the server's sum, and what is in no sum yet: tickets held here after those that it counted,
 * and the parts of the open ticket.
 */
export function knownOwedMinor(
  { number, owedMinor, upTo }: Pick<CustomerAccountRow, 'number' | 'owedMinor' | 'upTo'>,
  tickets: readonly HeldTicket[],
  open: readonly Pick<Tender, 'type' | 'reference' | 'amountMinor'>[],
): number {
  const counted = new Map(upTo);
  const later = tickets.filter(({ tillNumber, sequence }) => sequence > (counted.get(tillNumber) ?? 0));
  return later.reduce(
    (sum, { tenders, accountPayment }) =>
      sum + takenMinor(number, tenders) - (accountPayment?.number === number ? accountPayment.amountMinor : 0),
    owedMinor + takenMinor(number, open),
  );
}

type Wish = { amountMinor: number; signedBy: string; owedMinor: number; rule: TenderRule; isOffline: boolean };

/** [AC4] What speaks against selling so much on an account, as the till knows it. Giving back asks nobody. */
export function boundsBeyond(
  { blockedReason, limitMinor, signers }: Pick<CustomerAccountRow, 'blockedReason' | 'limitMinor' | 'signers'>,
  { amountMinor, signedBy, owedMinor, rule, isOffline }: Wish,
): AccountBound[] {
  if (amountMinor <= 0) return [];
  const refusal = tenderRefusal(rule, amountMinor, isOffline);
  const isListed = signers.length === 0 || signers.some((one) => sameName(one) === sameName(signedBy));
  return [
    ...(blockedReason === null ? [] : ['blocked' as const]),
    ...(owedMinor + amountMinor > limitMinor ? ['over-limit' as const] : []),
    ...(isListed ? [] : ['signer-unlisted' as const]),
    ...(refusal === 'not-offline' || refusal === 'over-offline-limit' ? [refusal] : []),
  ];
}

function sameName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
