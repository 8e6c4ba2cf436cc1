/**
 * Exceptions of a ticket whose prices tills were never told. `price-unfounded`: a line's price; `list-price-untrue`: what an
 * override says that the list asked; `promotion-unfounded`: one that did not hold there and then; `promotion-beyond`: all
 * promotions together gave more than they give. The subject is the line's number or the promotion's id.
 */
export const priceExceptionCodes = [
  'price-unfounded',
  'list-price-untrue',
  'promotion-unfounded',
  'promotion-beyond',
] as const;
export type PriceExceptionCode = (typeof priceExceptionCodes)[number];

/** What the ticket says and what holds, in minor units; null: nothing. `name`: of the line or promotion, as the ticket has it. */
export type PriceFault = {
  code: PriceExceptionCode;
  subject: string;
  saidMinor: number;
  holdsMinor: number | null;
  currency: string;
  name: string;
};

/** Detail of these exceptions: `120 350 GBP Green tea`; `-` where nothing holds. */
export function priceFaultDetail({ saidMinor, holdsMinor, currency, name }: PriceFault): string {
  return `${saidMinor} ${holdsMinor ?? '-'} ${currency} ${name}`;
}

export function parsePriceFaultDetail(
  detail: string,
): Pick<PriceFault, 'saidMinor' | 'holdsMinor' | 'currency' | 'name'> | null {
  const match = /^(-?\d{1,16}) (-?\d{1,16}|-) ([A-Z]{3}) (.*)$/su.exec(detail);
  if (match === null) return null;
  const [, said, holds, currency = '', name = ''] = match;
  return { saidMinor: Number(said), holdsMinor: holds === '-' ? null : Number(holds), currency, name };
}
