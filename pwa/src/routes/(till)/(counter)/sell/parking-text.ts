import { m } from '#pwa/paraglide/messages.js';
import type { ParkingFailure } from '#pwa/state/parking.svelte.ts';
import type { BasketLoss } from '#schemas/parking/fold-parked.ts';

const failureTexts: Record<ParkingFailure['code'], () => { title: string; advice: string }> = {
  empty: () => ({ title: m.basket_empty(), advice: m.basket_empty_advice() }),
  'has-money': () => ({ title: m.parking_has_money(), advice: m.parking_has_money_advice() }),
  'has-gift-card': () => ({ title: m.parking_gift_card(), advice: m.parking_gift_card_advice() }),
  'has-deposit': () => ({ title: m.parking_has_deposit(), advice: m.parking_has_deposit_advice() }),
  'no-price': () => ({ title: m.basket_unpriced(), advice: m.parking_no_price_advice() }),
  'too-much': () => ({ title: m.deposit_too_much(), advice: m.deposit_too_much_advice() }),
  gone: () => ({ title: m.parking_gone(), advice: m.parking_gone_advice() }),
  'not-empty': () => ({ title: m.parking_not_empty(), advice: m.parking_finish_first() }),
  'storage-full': () => ({ title: m.trouble_storage_full(), advice: m.trouble_storage_full_advice() }),
  'storage-failed': () => ({ title: m.parking_failed(), advice: m.parking_failed_advice() }),
  'not-owner': () => ({ title: m.parking_failed(), advice: m.parking_failed_advice() }),
  'too-large': () => ({ title: m.basket_too_large(), advice: m.basket_too_large_advice() }),
};

/** Why a basket was not put aside or taken up, what is safe, and what to do. */
export function parkingFailureText(code: ParkingFailure['code']): { title: string; advice: string } {
  return failureTexts[code]();
}

/** What became of a basket that is open here; `at` is ready to show. */
export function lossText(loss: BasketLoss, at: string): { title: string; advice: string } {
  const by = { till: loss.tillNumber, at };
  switch (loss.code) {
    case 'taken-elsewhere':
      return { title: m.parking_lost_taken(by), advice: m.parking_lost_advice() };
    case 'parked-elsewhere':
      return { title: m.parking_lost_parked(by), advice: m.parking_lost_parked_advice() };
    case 'thrown-away':
      return { title: m.parking_lost_thrown(by), advice: m.parking_lost_thrown_advice() };
    case 'sold-elsewhere':
      return { title: m.parking_lost_sold({ ...by, entry: loss.entryId }), advice: m.parking_lost_sold_advice() };
  }
}
