import { maskedCreditCode } from '#schemas/payment/credit-code.ts';
import type { GiftCardSale } from '#schemas/payment/gift-card.ts';
import { m } from '../paraglide/messages.js';
import type { GiftCardFailure } from '../state/gift-card-desk.svelte.ts';

type Text = { title: string; advice: string };

/** Why nothing comes onto a card, and what to do; `most` is ready to show. */
export function giftCardFailureText(code: GiftCardFailure, most: string): Text {
  switch (code) {
    case 'no-amount':
      return { title: m.pay_fail_amount(), advice: m.gift_card_amount_advice() };
    case 'above-limit':
      return { title: m.gift_card_above({ amount: most }), advice: m.gift_card_above_advice() };
    case 'bad-code':
      return { title: m.gift_card_bad(), advice: m.gift_card_bad_advice() };
    case 'blocked':
      return { title: m.credit_fail_blocked(), advice: m.gift_card_blocked_advice() };
    case 'other-currency':
      return { title: m.credit_fail_currency(), advice: m.gift_card_other_advice() };
    case 'too-many':
      return { title: m.credit_fail_many(), advice: m.gift_card_many_advice() };
    case 'sold-already':
      return { title: m.gift_card_sold(), advice: m.gift_card_sold_advice() };
    case 'in-basket':
      return { title: m.gift_card_in_basket(), advice: m.gift_card_other_advice() };
    case 'basket-full':
      return { title: m.basket_too_large(), advice: m.basket_too_large_advice() };
    case 'not-returnable':
      return { title: m.gift_card_used(), advice: m.gift_card_used_advice() };
  }
}

/** What a line of the basket does to which card. */
export function giftCardLineText({ code, how }: Pick<GiftCardSale, 'code' | 'how'>): string {
  if (how === 'slip') return m.gift_card_on_slip();
  return how === 'card'
    ? m.gift_card_new({ code: maskedCreditCode(code) })
    : m.gift_card_more({ code: maskedCreditCode(code) });
}
