import { type TenderType, tenderTypes } from '#schemas/transaction/retail-transaction.ts';

/** No scanner types these, and no browser on a till needs them; F5 would reload the page. */
const keys = ['F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10'] as const;

export function keyOfWay(way: TenderType): string {
  return keys[tenderTypes.indexOf(way)] ?? '';
}

/** The way that a key chooses, where it is offered and works. */
export function wayOfKey(key: string, offers: readonly { type: TenderType; refusal: unknown }[]): TenderType | null {
  const offer = offers.find(({ type }) => keyOfWay(type) === key);
  return offer?.refusal === null ? offer.type : null;
}
