import type { RetailTransaction } from '../transaction/retail-transaction.ts';
import { type CreditKind, type CreditStep, creditCodeOf, creditOf, type TenderException } from './credit.ts';
import { readCreditCode } from './credit-code.ts';
import type { TenderAccount } from './customer-account.ts';
import { isActivation } from './gift-card.ts';

/** Numbers of steps by gift cards that were sold come after those of the tenders of their ticket. */
const giftCardSteps = 100;
/** The step by a deposit comes after them, the one by a bill that is paid last. */
const depositStep = 200;
export const accountPaymentStep = 201;

export type TicketStep = Pick<CreditStep, 'stepNumber' | 'amountMinor'> & {
  /** On account. */
  account: TenderAccount | null;
  kind: CreditKind;
  code: string;
  activates: boolean;
};

/** What a ticket did to credits (TE7, GC1, DP1): by its tenders, by the gift cards that it sold, by its deposit and by a bill that it pays (AC9). */
export function creditStepsOf({
  tenders,
  giftCards = [],
  deposit,
  accountPayment,
}: Pick<RetailTransaction, 'tenders' | 'giftCards' | 'deposit' | 'accountPayment'>): TicketStep[] {
  const byTender = tenders.flatMap((tender, index): TicketStep[] => {
    const credit = creditOf(tender);
    if (credit === null) return [];
    const step = { stepNumber: index + 1, amountMinor: 0 - tender.amountMinor, activates: false };
    return [{ ...credit, ...step, account: tender.account ?? null }];
  });
  const sold = giftCards.map(({ code, how, amountMinor }, index): TicketStep => {
    const stepNumber = giftCardSteps + index + 1;
    const step = { stepNumber, amountMinor, activates: isActivation(how), account: null };
    return { kind: 'gift-card', code: creditCodeOf(code), ...step };
  });
  const own = { activates: false, account: null };
  const put: TicketStep[] = deposit
    ? [
        {
          ...own,
          ...{ kind: 'deposit', code: creditCodeOf(deposit.basketId), stepNumber: depositStep },
          amountMinor: deposit.amountMinor,
        },
      ]
    : [];
  const paid: TicketStep[] = accountPayment
    ? [
        {
          ...own,
          ...{ kind: 'account', code: accountPayment.number, stepNumber: accountPaymentStep },
          amountMinor: accountPayment.amountMinor,
        },
      ]
    : [];
  return [...byTender, ...sold, ...put, ...paid];
}

/** GC3: a gift card sold by a number that is none of ours, or misread. */
export function giftCardFaults(
  entryId: string,
  { giftCards = [] }: Pick<RetailTransaction, 'giftCards'>,
): TenderException[] {
  const misread = giftCards.filter(({ code }) => readCreditCode(code)?.kind !== 'gift-card');
  return misread.map(({ lineNumber }) => ({
    code: 'gift-card-misread',
    entryId,
    subject: `gift-card ${lineNumber}`,
    detail: '',
  }));
}
