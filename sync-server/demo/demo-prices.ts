import type { PriceEntry } from '#schemas/pricing/price-list.ts';
import type { Conditions, Promotion, Target } from '#schemas/pricing/promotion.ts';
import type { PriceListRow } from '#schemas/rows/rows.ts';
import type { Names } from '#schemas/text.ts';

// What the demo's shops ask besides their base prices, so that a till has something to tell.

const everywhere = { storeIds: null, validFromMs: null, validUntilMs: null, currency: 'GBP' };

/** Members of silver and gold pay less for a few things; Ancoats asks what the web shop asks. */
export const demoPriceLists: readonly PriceListRow[] = [
  {
    ...everywhere,
    priceListId: 'members',
    names: { en: 'Member prices', 'zh-Hans': '会员价', 'zh-Hant': '會員價' },
    channel: 'member',
    memberTiers: ['silver', 'gold'],
    precedence: 10,
    followsOnline: false,
  },
  {
    ...everywhere,
    priceListId: 'ancoats-online',
    names: { en: 'Ancoats: as online', 'zh-Hans': 'Ancoats 店：与网店同价', 'zh-Hant': 'Ancoats 店：與網店同價' },
    channel: 'store',
    storeIds: ['ancoats'],
    memberTiers: null,
    precedence: 5,
    followsOnline: true,
  },
];

/** SKU, from so many pieces on, pence. */
const memberPrices: readonly (readonly [skuId: string, minQuantity: number, priceMinor: number])[] = [
  ['DRI-107-750', 1, 295],
  ['DRI-107-750', 6, 265],
  ['DRI-118-100', 1, 790],
  ['HOM-111-2', 1, 1_150],
  ['BEA-104-TEA', 1, 290],
];

export const demoPriceEntries: readonly PriceEntry[] = memberPrices.map(([skuId, minQuantity, priceMinor]) => ({
  priceListId: 'members',
  skuId,
  minQuantity,
  priceMinor,
  validFromMs: null,
  validUntilMs: null,
  confirmedAtMs: null,
}));

const anyone: Conditions = {
  channels: null,
  storeIds: null,
  members: { kind: 'anyone' },
  couponIds: null,
  validFromMs: null,
  validUntilMs: null,
  weekdays: null,
  timeWindows: null,
};
const plain = {
  currency: 'GBP',
  limits: { perTicket: null, perMember: null },
  priority: 0,
  combination: 'single' as const,
};
const all: Target = { kind: 'all', except: null };
const goods = (...skuIds: string[]): Target => ({ kind: 'some', skuIds, categoryIds: [], brands: [], except: null });
const named = (en: string, hans: string, hant: string): Names => ({ en, 'zh-Hans': hans, 'zh-Hant': hant });

export const demoPromotions: readonly Promotion[] = [
  {
    ...plain,
    promotionId: 'tea-3-for-2',
    names: named('Tea: 3 for 2', '茶包买三付二', '茶包買三付二'),
    kind: 'nth-item',
    conditions: anyone,
    target: goods('DRI-116-40', 'DRI-116-80', 'DRI-117-40'),
    nth: 3,
    basisPoints: 10_000,
  },
  {
    ...plain,
    promotionId: 'weekend-knitwear',
    names: named('Weekend: 20 % off scarves and hats', '周末：围巾帽子八折', '週末：圍巾帽子八折'),
    kind: 'discount',
    conditions: { ...anyone, weekdays: [6, 7] },
    target: goods('CLO-111-GRY', 'CLO-111-MUS', 'CLO-111-RST', 'CLO-112-CHA', 'CLO-112-MUS', 'CLO-112-NVY'),
    off: { kind: 'percentage', basisPoints: 2_000 },
  },
  {
    ...plain,
    promotionId: 'teapot-and-longjing',
    names: named('Teapot and Longjing for £30', '茶壶配龙井，30 英镑', '茶壺配龍井，30 英鎊'),
    kind: 'set',
    conditions: anyone,
    parts: [
      { target: goods('HOM-109-800'), pieces: 1 },
      { target: goods('DRI-119-100'), pieces: 1 },
    ],
    off: { kind: 'price', priceMinor: 3_000 },
  },
  {
    ...plain,
    promotionId: 'second-soap',
    names: named('Second soap at half price', '手工香皂第二件半价', '手工香皂第二件半價'),
    kind: 'nth-item',
    conditions: anyone,
    target: goods('BEA-104-TEA', 'BEA-104-OAT'),
    nth: 2,
    basisPoints: 5_000,
  },
  {
    ...plain,
    promotionId: 'members-5-off-50',
    names: named('Members: £5 off £50', '会员满 50 英镑减 5 英镑', '會員滿 50 英鎊折 5 英鎊'),
    kind: 'ticket-discount',
    conditions: { ...anyone, members: { kind: 'members' } },
    target: all,
    spendMinor: 5_000,
    off: { kind: 'amount', amountMinor: 500, everySpend: false },
  },
  {
    ...plain,
    promotionId: 'welcome-10',
    names: named('Welcome: 10 % off with WELCOME10', '新客优惠：凭 WELCOME10 九折', '新客優惠：憑 WELCOME10 九折'),
    kind: 'ticket-discount',
    conditions: { ...anyone, couponIds: ['WELCOME10'] },
    target: all,
    spendMinor: 1,
    off: { kind: 'percentage', basisPoints: 1_000 },
  },
];
