import type { LocaleCode } from '../text.ts';
import type { ConsentPurpose } from './member-entries.ts';

/** A text that customers are shown and say yes or no to. */
export type ConsentWording = {
  purpose: ConsentPurpose;
  /** What entries name it by: a wording never changes, a new one has a new name [MB9]. */
  wording: string;
  texts: Readonly<Record<LocaleCode, string>>;
};

/** [MB9] Every wording that was ever shown: what somebody agreed to can be read for as long as the entry. Only added to. */
export const consentWordings: readonly ConsentWording[] = [
  {
    purpose: 'membership',
    wording: 'membership-1',
    texts: {
      en: 'I would like to be a member. The shop keeps my details and what I buy to give me member benefits. I can leave at any time.',
      'zh-Hans': '我愿意成为会员。商店会保存我的资料和购买记录，用来提供会员优惠。我可以随时退出。',
      'zh-Hant': '我願意成為會員。商店會保存我的資料和購買紀錄，用來提供會員優惠。我可以隨時退出。',
    },
  },
  {
    purpose: 'sms',
    wording: 'sms-1',
    texts: {
      en: 'The shop may send me offers by text message. I can say no to it at any time.',
      'zh-Hans': '商店可以通过短信向我发送优惠信息。我可以随时取消。',
      'zh-Hant': '商店可以透過簡訊向我傳送優惠資訊。我可以隨時取消。',
    },
  },
  {
    purpose: 'mail',
    wording: 'mail-1',
    texts: {
      en: 'The shop may send me offers by e-mail. I can say no to it at any time.',
      'zh-Hans': '商店可以通过电子邮件向我发送优惠信息。我可以随时取消。',
      'zh-Hant': '商店可以透過電子郵件向我傳送優惠資訊。我可以隨時取消。',
    },
  },
];

/** The latest of each purpose. */
export const wordingsNow: readonly ConsentWording[] = [
  ...new Map(consentWordings.map((one) => [one.purpose, one])).values(),
];
