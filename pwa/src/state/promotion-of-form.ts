import { unreachable } from '#schemas/assert.ts';
import { parseDecimal } from '#schemas/money/money.ts';
import { type Promotion, promotionSchema, type Target } from '#schemas/pricing/promotion.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { key, type Names } from '#schemas/text.ts';
import type { ArticlesForm, FormField, GoodsForm, PromotionForm } from './promotion-form.ts';
import { typedAmount } from './typed-amount.ts';
import { zonedMs } from './zoned-time.ts';

export const formProblems = [
  'goods-missing',
  'bad-percent',
  'bad-amount',
  'bad-count',
  'bad-nth',
  'bad-time',
  'ends-before',
  'bad-window',
  'choose-one',
  'bad-coupon',
  'bad-priority',
  'too-long',
] as const;
export type FormProblem = { field: FormField; code: (typeof formProblems)[number] };

export type Incomplete = { code: 'incomplete'; problems: FormProblem[] };

export type FormSetting = {
  promotionId: string;
  /** Of amounts: the store's. */
  currency: string;
  timeZone: string;
  /** What the promotion is called in a language in which it was given no name. */
  namesFor: (promotion: Promotion) => Names;
};

/** The fields are read one after the other; what is wrong is collected, so that all of it can be shown. */
class Reader {
  readonly problems: FormProblem[] = [];
  readonly form: PromotionForm;
  readonly currency: string;
  readonly timeZone: string;

  constructor(form: PromotionForm, { currency, timeZone }: FormSetting) {
    this.form = form;
    this.currency = currency;
    this.timeZone = timeZone;
  }

  wrong(field: FormField, code: FormProblem['code']): void {
    this.problems.push({ field, code });
  }

  count(field: FormField, text: string, { least = 1, most = 100, code = 'bad-count' as FormProblem['code'] } = {}) {
    const count = /^\s*\d{1,7}\s*$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most) return count;
    this.wrong(field, code);
    return least;
  }

  limit(field: FormField, text: string): number | null {
    return text.trim() === '' ? null : this.count(field, text, { most: 1_000_000 });
  }

  amount(field: FormField, text: string, leastMinor: number): number {
    const minor = typedAmount(text, this.currency);
    if (minor !== null && minor >= leastMinor && minor <= 1_000_000_000_000) return minor;
    this.wrong(field, 'bad-amount');
    return leastMinor;
  }

  basisPoints(): number {
    // Hundredths of a percent are read as those of an amount.
    const points = parseDecimal(this.form.percent.replace(',', '.').replace('%', ''), 'XXX');
    if (points !== null && points >= 1 && points <= 10_000) return points;
    this.wrong('percent', 'bad-percent');
    return 1;
  }

  moment(field: FormField, text: string): number | null {
    if (text === '') return null;
    const atMs = zonedMs(text, this.timeZone);
    if (atMs === null) this.wrong(field, 'bad-time');
    return atMs;
  }

  goods(field: FormField, goods: GoodsForm): Target {
    const except = isNone(goods.except) ? null : copied(goods.except);
    if (goods.isAll) return { kind: 'all', except };
    if (isNone(goods)) this.wrong(field, 'goods-missing');
    return { kind: 'some', ...copied(goods), except };
  }
}

/** What the form says so far: where something is wrong, the least that can be said. */
export function typedPromotion(form: PromotionForm, setting: FormSetting): { so: Promotion; problems: FormProblem[] } {
  const reader = new Reader(form, setting);
  const always = {
    promotionId: setting.promotionId,
    names: { en: '-' },
    currency: setting.currency,
    conditions: conditionsOf(reader),
    limits: {
      perTicket: reader.limit('perTicket', form.perTicket),
      perMember: reader.limit('perMember', form.perMember),
    },
    priority: priorityOf(reader),
  };
  const so = { ...always, ...ruleOf(reader) } as Promotion;
  return { so, problems: reader.problems };
}

/** The promotion that the form says, or all that is wrong with it. */
export function promotionOf(form: PromotionForm, setting: FormSetting): Result<Promotion, Incomplete> {
  const { so, problems } = typedPromotion(form, setting);
  if (problems.length > 0) return fail({ code: 'incomplete', problems });
  const parsed = promotionSchema.safeParse({ ...so, names: namesOf(form, setting.namesFor(so)) });
  return parsed.success ? ok(parsed.data) : fail({ code: 'incomplete', problems: schemaProblems(parsed.error.issues) });
}

/** What the rules above let through is too long or too many. */
function schemaProblems(issues: readonly { path: PropertyKey[] }[]): FormProblem[] {
  const fields: Record<string, FormField> = { names: 'names', tiers: 'tiers', couponIds: 'coupons', parts: 'parts' };
  return issues.map(({ path }) => {
    const known = path.map((step) => fields[String(step)]).find((field) => field !== undefined);
    return { field: known ?? 'target', code: 'too-long' };
  });
}

function ruleOf(reader: Reader): object {
  const { form } = reader;
  const { kind } = form;
  const combination = form.combination;
  // Only what comes off goods one by one, or off the ticket, can come on top of the rest.
  const grouped = combination === 'stacking' ? 'single' : combination;
  switch (kind) {
    case 'discount':
      return { kind, combination, target: reader.goods('target', form.target), off: offPieceOf(reader) };
    case 'ticket-discount':
      return { kind, combination, target: reader.goods('target', form.target), ...ticketRuleOf(reader) };
    case 'nth-item': {
      const nth = reader.count('nth', form.nth, { least: 2, code: 'bad-nth' });
      const target = reader.goods('target', form.target);
      return { kind, combination: grouped, target, nth, basisPoints: reader.basisPoints() };
    }
    case 'buy-get': {
      const buy = {
        target: reader.goods('target', form.target),
        pieces: reader.count('buyPieces', form.buyPieces),
      };
      const target = form.isRewardSame ? null : reader.goods('reward', form.reward);
      return { kind, combination: grouped, buy, get: { target, ...rewardOf(reader) } };
    }
    case 'set': {
      const parts = form.parts.map(({ goods, pieces }) => ({
        target: reader.goods('parts', goods),
        pieces: reader.count('parts', pieces),
      }));
      const off =
        form.off === 'percentage'
          ? { kind: 'percentage', basisPoints: reader.basisPoints() }
          : { kind: 'price', priceMinor: reader.amount('price', form.price, 0) };
      return { kind, combination: grouped, parts, off };
    }
    case 'spend-get': {
      const target = reader.goods('target', form.target);
      const spendMinor = reader.amount('spend', form.spend, 1);
      const get = { target: reader.goods('reward', form.reward), ...rewardOf(reader) };
      return { kind, combination: grouped, target, spendMinor, everySpend: form.everySpend, get };
    }
    default:
      return unreachable(kind);
  }
}

function rewardOf(reader: Reader) {
  return { pieces: reader.count('getPieces', reader.form.getPieces), basisPoints: reader.basisPoints() };
}

function offPieceOf(reader: Reader) {
  const { form } = reader;
  if (form.off === 'percentage') return { kind: form.off, basisPoints: reader.basisPoints() };
  if (form.off === 'amount') return { kind: form.off, amountMinor: reader.amount('amount', form.amount, 1) };
  return { kind: form.off, priceMinor: reader.amount('price', form.price, 0) };
}

function ticketRuleOf(reader: Reader) {
  const { form } = reader;
  const isAmount = form.off === 'amount';
  const everySpend = isAmount && form.everySpend;
  // Whoever is to spend again and again must spend something.
  const spendMinor = form.spend.trim() === '' && !everySpend ? 1 : reader.amount('spend', form.spend, 1);
  if (!isAmount) return { spendMinor, off: { kind: 'percentage', basisPoints: reader.basisPoints() } };
  return { spendMinor, off: { kind: 'amount', amountMinor: reader.amount('amount', form.amount, 1), everySpend } };
}

function priorityOf(reader: Reader): number {
  const text = reader.form.priority.trim();
  const priority = /^-?\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(priority) <= 1_000) return priority || 0;
  reader.wrong('priority', 'bad-priority');
  return 0;
}

function conditionsOf(reader: Reader): Promotion['conditions'] {
  const { form } = reader;
  const validFromMs = reader.moment('validFrom', form.validFrom);
  const validUntilMs = reader.moment('validUntil', form.validUntil);
  if (validFromMs !== null && validUntilMs !== null && validFromMs >= validUntilMs) {
    reader.wrong('validUntil', 'ends-before');
  }
  return {
    channels: form.channels.length === 0 ? null : [...form.channels],
    storeIds: form.isInSomeStores ? atLeastOne(reader, 'storeIds', form.storeIds) : null,
    members: membersOf(reader),
    couponIds: couponsOf(reader),
    validFromMs,
    validUntilMs,
    weekdays: form.weekdays.length === 0 ? null : [...form.weekdays],
    timeWindows: windowsOf(reader),
  };
}

function membersOf(reader: Reader): Promotion['conditions']['members'] {
  const { members: kind, tiers } = reader.form;
  if (kind !== 'tiers') return { kind };
  return { kind, tiers: atLeastOne(reader, 'tiers', itemsOf(tiers, /[\n,，、;；]+/)) };
}

function couponsOf(reader: Reader): string[] | null {
  if (!reader.form.takesCoupon) return null;
  const coupons = atLeastOne(reader, 'coupons', itemsOf(reader.form.coupons, /[\s,，、;；]+/));
  if (!coupons.every((coupon) => key(40).safeParse(coupon).success)) reader.wrong('coupons', 'bad-coupon');
  return coupons;
}

function windowsOf(reader: Reader): Promotion['conditions']['timeWindows'] {
  const { windows } = reader.form;
  if (windows.length === 0) return null;
  return windows.map(({ from, until }) => {
    const fromMinute = minuteOf(from);
    // Until midnight is until the end of the day, and not its beginning.
    const untilMinute = until === '00:00' ? 1_440 : minuteOf(until);
    if (fromMinute === null || untilMinute === null || fromMinute === untilMinute)
      reader.wrong('windows', 'bad-window');
    return { fromMinute: fromMinute ?? 0, untilMinute: untilMinute ?? 1_440 };
  });
}

function minuteOf(clock: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(clock) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

function atLeastOne(reader: Reader, field: FormField, values: readonly string[]): string[] {
  if (values.length === 0) reader.wrong(field, 'choose-one');
  return [...values];
}

/** Each once, in the order in which they were typed. */
function itemsOf(text: string, between: RegExp): string[] {
  const items = text.split(between).map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ''))];
}

function namesOf({ names }: PromotionForm, given: Names): Names {
  const [en, hans, hant] = [names.en.trim(), names.hans.trim(), names.hant.trim()];
  const isNamed = en !== '' || hans !== '' || hant !== '';
  // A name in one language is better in another than a sentence that says something else.
  if (!isNamed) return given;
  return { en: en || hans || hant, ...(hans && { 'zh-Hans': hans }), ...(hant && { 'zh-Hant': hant }) };
}

function isNone({ skuIds, categoryIds, brands }: ArticlesForm): boolean {
  return skuIds.length + categoryIds.length + brands.length === 0;
}

function copied({ skuIds, categoryIds, brands }: ArticlesForm): ArticlesForm {
  return { skuIds: [...skuIds], categoryIds: [...categoryIds], brands: [...brands] };
}
