import type { PriceList } from '#schemas/pricing/price-list.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type PriceListRow, priceListRowSchema } from '#schemas/rows/rows.ts';
import { zonedMs, zonedText } from './zoned-time.ts';

/** A price list as it is typed; times by the store's clock, empty for unlimited. */
export type PriceListForm = {
  names: { en: string; hans: string; hant: string };
  channel: PriceList['channel'];
  isInSomeStores: boolean;
  storeIds: string[];
  isForTiers: boolean;
  tiers: string;
  precedence: string;
  validFrom: string;
  validUntil: string;
  followsOnline: boolean;
};

export type ListField = 'names' | 'storeIds' | 'tiers' | 'precedence' | 'validFrom' | 'validUntil';
export type ListProblem = {
  field: ListField;
  code: 'no-name' | 'choose-one' | 'bad-precedence' | 'bad-time' | 'ends-before' | 'too-long';
};
export type ListSetting = { priceListId: string; currency: string; timeZone: string };

export function newListForm(): PriceListForm {
  return {
    names: { en: '', hans: '', hant: '' },
    channel: 'store',
    isInSomeStores: false,
    storeIds: [],
    isForTiers: false,
    tiers: '',
    precedence: '10',
    validFrom: '',
    validUntil: '',
    followsOnline: false,
  };
}

/** `priceListOf` makes the same list of it again. */
export function listFormOf(list: PriceListRow, timeZone: string): PriceListForm {
  return {
    names: { en: list.names.en, hans: list.names['zh-Hans'] ?? '', hant: list.names['zh-Hant'] ?? '' },
    channel: list.channel,
    isInSomeStores: list.storeIds !== null,
    storeIds: [...(list.storeIds ?? [])],
    isForTiers: list.memberTiers !== null,
    tiers: (list.memberTiers ?? []).join(', '),
    precedence: String(list.precedence),
    validFrom: zonedText(list.validFromMs, timeZone),
    validUntil: zonedText(list.validUntilMs, timeZone),
    followsOnline: list.followsOnline,
  };
}

/** The list that the form says, or all that is wrong with it. */
export function priceListOf(
  form: PriceListForm,
  { priceListId, currency, timeZone }: ListSetting,
): Result<PriceListRow, { code: 'incomplete'; problems: ListProblem[] }> {
  const problems: ListProblem[] = [];
  const wrong = (field: ListField, code: ListProblem['code']) => problems.push({ field, code });
  const [en, hans, hant] = [form.names.en.trim(), form.names.hans.trim(), form.names.hant.trim()];
  if (`${en}${hans}${hant}` === '') wrong('names', 'no-name');
  if (form.isInSomeStores && form.storeIds.length === 0) wrong('storeIds', 'choose-one');
  const tiers = form.tiers
    .split(/[\n,，、;；]+/)
    .map((tier) => tier.trim())
    .filter((tier) => tier !== '');
  if (form.isForTiers && tiers.length === 0) wrong('tiers', 'choose-one');
  const precedence = /^-?\d{1,4}$/.test(form.precedence.trim()) ? Number(form.precedence) : Number.NaN;
  if (!(Math.abs(precedence) <= 1_000)) wrong('precedence', 'bad-precedence');
  const moment = (field: 'validFrom' | 'validUntil') => {
    if (form[field] === '') return null;
    const atMs = zonedMs(form[field], timeZone);
    if (atMs === null) wrong(field, 'bad-time');
    return atMs;
  };
  const [validFromMs, validUntilMs] = [moment('validFrom'), moment('validUntil')];
  if (validFromMs !== null && validUntilMs !== null && validFromMs >= validUntilMs) wrong('validUntil', 'ends-before');
  if (problems.length > 0) return fail({ code: 'incomplete', problems });
  const parsed = priceListRowSchema.safeParse({
    priceListId,
    names: { en: en || hans || hant, ...(hans && { 'zh-Hans': hans }), ...(hant && { 'zh-Hant': hant }) },
    channel: form.channel,
    storeIds: form.isInSomeStores ? [...form.storeIds] : null,
    memberTiers: form.isForTiers ? [...new Set(tiers)] : null,
    currency,
    precedence: precedence || 0,
    validFromMs,
    validUntilMs,
    // The online list has nobody to follow.
    followsOnline: form.channel !== 'online' && form.followsOnline,
  });
  return parsed.success ? ok(parsed.data) : fail({ code: 'incomplete', problems: [tooLong(parsed.error.issues)] });
}

function tooLong(issues: readonly { path: PropertyKey[] }[]): ListProblem {
  const field = issues[0]?.path[0] === 'memberTiers' ? 'tiers' : 'names';
  return { field, code: 'too-long' };
}
