import { typedAmount } from '#pwa/state/typed-amount.ts';
import { type SetupRequest, setupRequestSchema } from '#schemas/api/setup.ts';

/** What the first-run page asks for, as typed. */
export type SetupForm = {
  merchantName: string;
  storeName: string;
  currency: string;
  timeZone: string;
  pricesIncludeTax: boolean;
  /** Percent, `19` or `8.1` or `8,1`. */
  taxRate: string;
  cashStepMinor: number;
  managerName: string;
  managerUsername: string;
  managerPin: string;
  managerPassword: string;
  /** Empty for none. */
  managerEmail: string;
};
export type SetupField = keyof SetupForm;

export const currencies = [
  'AUD',
  'CAD',
  'CHF',
  'CNY',
  'CZK',
  'DKK',
  'EUR',
  'GBP',
  'HKD',
  'JPY',
  'KRW',
  'MOP',
  'MYR',
  'NOK',
  'NZD',
  'PLN',
  'SEK',
  'SGD',
  'THB',
  'TWD',
  'USD',
] as const;

/** What is usual where a currency is used: the standard rate, whether prices hold it, the smallest coin. */
const usual: Readonly<Record<string, { taxRate: string; pricesIncludeTax?: boolean; cashStepMinor?: number }>> = {
  AUD: { taxRate: '10', cashStepMinor: 5 },
  CAD: { taxRate: '5', pricesIncludeTax: false, cashStepMinor: 5 },
  CHF: { taxRate: '8.1', cashStepMinor: 5 },
  CNY: { taxRate: '13' },
  GBP: { taxRate: '20' },
  HKD: { taxRate: '0', cashStepMinor: 10 },
  JPY: { taxRate: '10' },
  MOP: { taxRate: '0', cashStepMinor: 10 },
  SGD: { taxRate: '9', cashStepMinor: 5 },
  TWD: { taxRate: '5' },
  USD: { taxRate: '0', pricesIncludeTax: false },
};

export function usualFor(currency: string): Pick<SetupForm, 'taxRate' | 'pricesIncludeTax' | 'cashStepMinor'> {
  return { taxRate: '20', pricesIncludeTax: true, cashStepMinor: 1, ...usual[currency] };
}

const currencyByRegion: Readonly<Record<string, string>> = {
  AU: 'AUD',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  GB: 'GBP',
  HK: 'HKD',
  JP: 'JPY',
  KR: 'KRW',
  MO: 'MOP',
  MY: 'MYR',
  NZ: 'NZD',
  SG: 'SGD',
  TW: 'TWD',
  US: 'USD',
  AT: 'EUR',
  DE: 'EUR',
  FR: 'EUR',
  IE: 'EUR',
  IT: 'EUR',
  ES: 'EUR',
  NL: 'EUR',
  BE: 'EUR',
};

/** The currency of the first region that the browser's languages name. */
export function currencyFor(languages: readonly string[]): string {
  for (const language of languages) {
    const currency = currencyByRegion[new Intl.Locale(language).maximize().region ?? ''];
    if (currency) return currency;
  }
  return 'EUR';
}

/** The request, or the fields that are not right yet. */
export function readSetup(form: SetupForm): { ok: true; value: SetupRequest } | { ok: false; wrong: Set<SetupField> } {
  const wrong = new Set<SetupField>();
  // Percent with two decimals are basis points: the same reading as an amount in a currency of two decimals.
  const rateBasisPoints = typedAmount(form.taxRate, 'EUR');
  if (rateBasisPoints === null || rateBasisPoints < 0 || rateBasisPoints > 10_000) wrong.add('taxRate');
  const request = setupRequestSchema.safeParse({
    merchantName: form.merchantName.trim(),
    storeName: form.storeName.trim(),
    currency: form.currency,
    timeZone: form.timeZone,
    taxRules: {
      pricesIncludeTax: form.pricesIncludeTax,
      classes: [{ taxClass: 'standard', rateBasisPoints: rateBasisPoints ?? -1 }],
      cashStepMinor: form.cashStepMinor,
    },
    managerName: form.managerName.trim(),
    managerUsername: form.managerUsername.trim(),
    managerPin: form.managerPin,
    managerPassword: form.managerPassword,
    managerEmail: form.managerEmail.trim() === '' ? null : form.managerEmail.trim(),
  });
  if (request.success) return { ok: true, value: request.data };
  for (const issue of request.error.issues) {
    const field = issue.path[0];
    if (typeof field === 'string' && field in form) wrong.add(field as SetupField);
  }
  return { ok: false, wrong };
}
