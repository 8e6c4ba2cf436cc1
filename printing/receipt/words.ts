// The few words of a receipt that are not of the sale: on paper and on the e-receipt's page alike.
import { formatMoney, minorDigits } from '#schemas/money/money.ts';
import type { Receipt, ReceiptLine } from '#schemas/receipt/receipt.ts';
import type { LocaleCode } from '#schemas/text.ts';

export type ReceiptWords = {
  copy: string;
  training: string;
  noSale: string;
  /** On what takes a sale back, and on what was taken back. */
  void: string;
  voids: (entryId: string) => string;
  voidedBy: (entryId: string) => string;
  refund: string;
  /** Of a line that comes back: by which receipt, if by any. */
  cameBack: (entryId: string | null) => string;
  listPrice: string;
  /** Why a price was changed, or a piece came back. */
  reason: (text: string) => string;
  note: (text: string) => string;
  serial: string;
  net: string;
  taxIncluded: (rate: string, net: string) => string;
  taxAdded: (rate: string, net: string) => string;
  rounding: string;
  total: string;
  tenders: Readonly<Record<Receipt['tenders'][number]['type'], string>>;
  givenBack: (tender: string) => string;
  /** Of a store credit or gift card: what is left on it. */
  creditLeft: (amount: string) => string;
  /** How many points paid or come back, and what is left of them where that is known. */
  points: (points: number, left: number | undefined) => string;
  /** [MP9] What a sale earns, and from which day it can be spent; what was there before it, and when that was known. */
  earned: (points: number, isAbout: boolean, from: string | null) => string;
  pointsBefore: (points: number, at: string) => string;
  /** On account: who signed, the customer's order, what stays with the shop, and where to sign. */
  signedBy: (name: string) => string;
  order: (reference: string) => string;
  shopCopy: string;
  signature: string;
  /** Of the total: what is put on gift cards, with no tax on it. */
  giftCards: string;
  /** Of the total: what is paid on goods that are put aside, with no tax on it yet. */
  deposit: string;
  /** Of the total, what pays a bill of a customer account. */
  accountPayment: string;
  depositHeld: string;
  depositLeft: string;
  depositDue: string;
  /** What whoever fetches the goods has to know. */
  depositKeep: string;
  /** What the bearer of its slip has to know. */
  creditKeep: string;
  change: string;
  saved: (amount: string) => string;
  number: string;
  at: string;
  businessDay: string;
  servedBy: string;
  member: string;
  chain: string;
  scan: string;
  /** Of a page that stands for no sale. */
  test: string;
};

export const receiptWords: Readonly<Record<LocaleCode, ReceiptWords>> = {
  en: {
    copy: 'COPY',
    training: 'TRAINING',
    noSale: 'Not a sale. Nothing was paid.',
    void: 'VOID',
    voids: (entryId) => `takes back receipt ${entryId}`,
    voidedBy: (entryId) => `taken back by ${entryId}`,
    refund: 'Refund',
    cameBack: (entryId) => (entryId === null ? 'Returned' : `Returned, from receipt ${entryId}`),
    listPrice: 'List price',
    reason: (text) => `Reason: ${text}`,
    note: (text) => `Note: ${text}`,
    serial: 'Serial',
    net: 'Net',
    taxIncluded: (rate, net) => `incl. ${rate} tax on ${net}`,
    taxAdded: (rate, net) => `${rate} tax on ${net}`,
    rounding: 'Rounding',
    total: 'Total',
    tenders: {
      cash: 'Cash',
      card: 'Card',
      wallet: 'Wallet',
      voucher: 'Voucher',
      'gift-card': 'Gift card',
      'store-credit': 'Store credit',
      account: 'On account',
      points: 'Points',
      deposit: 'Deposit paid before',
    },
    givenBack: (tender) => `${tender} given back`,
    creditLeft: (amount) => `${amount} left on it`,
    points: (points, left) =>
      `${Math.abs(points)} points ${points < 0 ? 'come back' : 'used'}${left === undefined ? '' : `, ${left} left`}`,
    earned: (points, isAbout, from) =>
      `${isAbout ? 'About ' : ''}${points} points earned${from === null ? '' : `, to spend from ${from}`}`,
    pointsBefore: (points, at) => `Before this: ${points} points (as of ${at})`,
    signedBy: (name) => `Signed by: ${name}`,
    order: (reference) => `Order: ${reference}`,
    shopCopy: 'Copy for the shop',
    signature: 'Signature',
    giftCards: 'Gift cards, no tax',
    deposit: 'Deposit, no tax yet',
    accountPayment: 'Payment of account, no tax',
    depositHeld: 'Paid so far',
    depositLeft: 'Left to pay',
    depositDue: 'Fetch and pay by',
    depositKeep: 'Bring this receipt to pay more or to fetch the goods.',
    creditKeep: 'Pays in this store, in parts too. Keep it like cash.',
    change: 'Change',
    saved: (amount) => `You saved ${amount}`,
    number: 'Receipt no.',
    at: 'Time',
    businessDay: 'Business day',
    servedBy: 'Served by',
    member: 'Member',
    chain: 'Check',
    scan: 'This receipt on your phone',
    test: 'Test print',
  },
  'zh-Hans': {
    copy: '副本',
    training: '培训 TRAINING',
    noSale: '并非真实销售，未收取任何款项。',
    void: '作废',
    voids: (entryId) => `作废小票 ${entryId}`,
    voidedBy: (entryId) => `已由 ${entryId} 作废`,
    refund: '退款',
    cameBack: (entryId) => (entryId === null ? '退货' : `退货，原小票 ${entryId}`),
    listPrice: '原价',
    reason: (text) => `原因：${text}`,
    note: (text) => `备注：${text}`,
    serial: '序列号',
    net: '未税金额',
    taxIncluded: (rate, net) => `含税 ${rate}（不含税 ${net}）`,
    taxAdded: (rate, net) => `税 ${rate}（不含税 ${net}）`,
    rounding: '尾数调整',
    total: '合计',
    tenders: {
      cash: '现金',
      card: '银行卡',
      wallet: '扫码支付',
      voucher: '代金券',
      'gift-card': '礼品卡',
      'store-credit': '店内余额',
      account: '挂账',
      points: '积分',
      deposit: '已付定金',
    },
    givenBack: (tender) => `${tender}退还`,
    creditLeft: (amount) => `余额 ${amount}`,
    points: (points, left) =>
      `${points < 0 ? '退回' : '使用'} ${Math.abs(points)} 积分${left === undefined ? '' : `，剩余 ${left}`}`,
    earned: (points, isAbout, from) =>
      `本单${isAbout ? '约' : ''}获得 ${points} 积分${from === null ? '' : `，${from} 起可用`}`,
    pointsBefore: (points, at) => `此前积分 ${points}（截至 ${at}）`,
    signedBy: (name) => `签单人：${name}`,
    order: (reference) => `订单号：${reference}`,
    shopCopy: '商户存根',
    signature: '签名',
    giftCards: '礼品卡充值（不计税）',
    deposit: '定金（取货时计税）',
    accountPayment: '挂账还款（不计税）',
    depositHeld: '累计已付',
    depositLeft: '余款',
    depositDue: '取货付清期限',
    depositKeep: '补款或取货时请出示本小票。',
    creditKeep: '可在本店付款，可分次使用。请像现金一样保管。',
    change: '找零',
    saved: (amount) => `本单共优惠 ${amount}`,
    number: '小票号',
    at: '时间',
    businessDay: '营业日',
    servedBy: '收银员',
    member: '会员',
    chain: '校验',
    scan: '扫码查看电子小票',
    test: '测试打印',
  },
  'zh-Hant': {
    copy: '副本',
    training: '訓練 TRAINING',
    noSale: '並非真實銷售，未收取任何款項。',
    void: '作廢',
    voids: (entryId) => `作廢收據 ${entryId}`,
    voidedBy: (entryId) => `已由 ${entryId} 作廢`,
    refund: '退款',
    cameBack: (entryId) => (entryId === null ? '退貨' : `退貨，原收據 ${entryId}`),
    listPrice: '原價',
    reason: (text) => `原因：${text}`,
    note: (text) => `備註：${text}`,
    serial: '序號',
    net: '未稅金額',
    taxIncluded: (rate, net) => `含稅 ${rate}（未稅 ${net}）`,
    taxAdded: (rate, net) => `稅 ${rate}（未稅 ${net}）`,
    rounding: '尾數調整',
    total: '合計',
    tenders: {
      cash: '現金',
      card: '信用卡',
      wallet: '掃碼支付',
      voucher: '現金券',
      'gift-card': '禮品卡',
      'store-credit': '店內餘額',
      account: '記帳',
      points: '積分',
      deposit: '已付訂金',
    },
    givenBack: (tender) => `${tender}退還`,
    creditLeft: (amount) => `餘額 ${amount}`,
    points: (points, left) =>
      `${points < 0 ? '退回' : '使用'} ${Math.abs(points)} 積分${left === undefined ? '' : `，剩餘 ${left}`}`,
    earned: (points, isAbout, from) =>
      `本單${isAbout ? '約' : ''}獲得 ${points} 積分${from === null ? '' : `，${from} 起可用`}`,
    pointsBefore: (points, at) => `此前積分 ${points}（截至 ${at}）`,
    signedBy: (name) => `簽單人：${name}`,
    order: (reference) => `訂單號：${reference}`,
    shopCopy: '商戶存根',
    signature: '簽名',
    giftCards: '禮品卡儲值（不計稅）',
    deposit: '訂金（取貨時計稅）',
    accountPayment: '掛帳還款（不計稅）',
    depositHeld: '累計已付',
    depositLeft: '餘款',
    depositDue: '取貨付清期限',
    depositKeep: '補款或取貨時請出示本收據。',
    creditKeep: '可在本店付款，可分次使用。請像現金一樣保管。',
    change: '找零',
    saved: (amount) => `本單共優惠 ${amount}`,
    number: '收據編號',
    at: '時間',
    businessDay: '營業日',
    servedBy: '收銀員',
    member: '會員',
    chain: '驗證碼',
    scan: '掃碼查看電子收據',
    test: '測試列印',
  },
};

/** An amount without its currency: `-1,234.50`. */
export function plainAmount(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency);
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${amountMinor < 0 ? '-' : ''}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`;
}

/** An amount with its currency. */
export function moneyText(amountMinor: number, { currency, locale }: Pick<Receipt, 'currency' | 'locale'>): string {
  return formatMoney(amountMinor, currency, locale);
}

/** `3 × 1.50`, `0.425 kg × 12.00`; null: one piece at its price, of which the amount says enough. */
export function perPiece(
  line: Pick<ReceiptLine, 'quantity' | 'grams' | 'unitPriceMinor' | 'listPriceMinor'>,
  currency: string,
): string | null {
  const { quantity, grams, unitPriceMinor, listPriceMinor } = line;
  const each = plainAmount(unitPriceMinor, currency);
  if (grams !== null) return `${quantity < 0 ? '-' : ''}${(grams / 1_000).toFixed(3)} kg × ${each}`;
  return quantity === 1 && listPriceMinor === null ? null : `${quantity} × ${each}`;
}

/** What came off what was sold; not what a return once cost less. */
export function savedMinorOf({ lines, discounts }: Pick<Receipt, 'lines' | 'discounts'>): number {
  const onLines = lines.flatMap((line) => (line.quantity > 0 ? line.discounts : []));
  return [...onLines, ...discounts].reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** `20 %` as the language writes it. */
export function rateText(basisPoints: number, locale: LocaleCode): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);
}

/** [MP9] What is told of points, line by line. */
export function pointsTexts({
  locale,
  timeZone,
  pointsTold,
}: Pick<Receipt, 'locale' | 'timeZone' | 'pointsTold'>): string[] {
  if (pointsTold === undefined) return [];
  const { earned, isAbout, spendableAtMs, balance } = pointsTold;
  const words = receiptWords[locale];
  const timeOf = (occurredAtMs: number) => timeOfSale({ occurredAtMs, timeZone });
  const from = spendableAtMs === undefined ? null : timeOf(spendableAtMs).slice(0, 10);
  const before = balance && words.pointsBefore(balance.points, timeOf(balance.atMs).slice(0, 16));
  return [words.earned(earned, isAbout === true, from), ...(before === undefined ? [] : [before])];
}

/** Day and time of the sale where the store is: `2026-11-22 17:05:09`. */
export function timeOfSale({ occurredAtMs, timeZone }: Pick<Receipt, 'occurredAtMs' | 'timeZone'>): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(occurredAtMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`;
}

/** The beginning of the hash, in groups that a person can compare. */
export function shortHash(hash: string): string {
  return [hash.slice(0, 4), hash.slice(4, 8), hash.slice(8, 12), hash.slice(12, 16)].join(' ');
}
