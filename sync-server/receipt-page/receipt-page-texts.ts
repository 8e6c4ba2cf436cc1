import type { LocaleCode } from '#schemas/text.ts';

export type ReceiptTrouble = 'not-here' | 'too-many' | 'busy';

type Texts = {
  title: string;
  troubles: Record<ReceiptTrouble, { title: string; advice: string }>;
};

/** Words of the e-receipt's page that do not stand on paper. */
export const receiptPageTexts: Readonly<Record<LocaleCode, Texts>> = {
  en: {
    title: 'Receipt',
    troubles: {
      'not-here': {
        title: 'This receipt is not here yet',
        advice:
          'If you have just paid, the till may be without a network: try again later, your receipt will come by itself. If it does not, scan the code once more, or ask in the shop with the receipt’s number.',
      },
      'too-many': { title: 'Too many receipts at once', advice: 'Please wait a minute and try again.' },
      busy: { title: 'We cannot look just now', advice: 'Please try again in a minute. Your receipt is safe.' },
    },
  },
  'zh-Hans': {
    title: '小票',
    troubles: {
      'not-here': {
        title: '这张小票尚未到达',
        advice:
          '如果您刚刚付款，收银台可能暂时没有网络：请稍后再试，小票会自动出现。如果仍未出现，请重新扫码，或凭小票号到店查询。',
      },
      'too-many': { title: '查询过于频繁', advice: '请稍等一分钟再试。' },
      busy: { title: '暂时无法查询', advice: '请一分钟后再试。您的小票已妥善保存。' },
    },
  },
  'zh-Hant': {
    title: '收據',
    troubles: {
      'not-here': {
        title: '這張收據尚未送達',
        advice:
          '如果您剛剛付款，收銀台可能暫時沒有網路：請稍後再試，收據會自動出現。如果仍未出現，請重新掃碼，或憑收據編號到店查詢。',
      },
      'too-many': { title: '查詢過於頻繁', advice: '請稍候一分鐘再試。' },
      busy: { title: '暫時無法查詢', advice: '請一分鐘後再試。您的收據已妥善保存。' },
    },
  },
};
