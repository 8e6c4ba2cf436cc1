import type { LocaleCode } from '#schemas/text.ts';

export type PageNotice =
  | 'wrong-code'
  | 'too-many'
  | 'busy'
  | 'saved'
  | 'bad-address'
  | 'signed-out'
  | 'left'
  | 'erased'
  | 'confirm';

export type MemberPageTexts = {
  title: string;
  address: string;
  addressHint: string;
  send: string;
  sentTitle: string;
  sent: string;
  code: string;
  enter: string;
  again: string;
  card: string;
  cardHint: string;
  cardFailed: string;
  newCode: string;
  points: string;
  pending: (points: string) => string;
  expiring: (points: string, day: string) => string;
  tier: string;
  toNext: (tier: string, ways: string) => string;
  or: string;
  ways: { spend: (amount: string) => string; visits: (count: string) => string; points: (points: string) => string };
  coupons: string;
  noCoupons: string;
  until: (day: string) => string;
  receipts: string;
  noReceipts: string;
  consents: string;
  save: string;
  signOut: string;
  leaveTitle: string;
  leaveAdvice: string;
  leaveConfirm: string;
  leave: string;
  eraseAdvice: string;
  eraseConfirm: string;
  erase: string;
  mail: (shop: string, code: string) => { subject: string; text: string };
  sms: (shop: string, code: string) => string;
  notices: Record<PageNotice, { title: string; advice: string }>;
};

const en: MemberPageTexts = {
  title: 'My membership',
  address: 'Your phone number or e-mail',
  addressHint: 'The one that you gave us when you joined.',
  send: 'Send me a code',
  sentTitle: 'Look for our message',
  sent: 'If this is a member’s, a code of six digits is on its way to it. It is good for ten minutes.',
  code: 'Code',
  enter: 'Sign in',
  again: 'Send another code',
  card: 'Show this at the till',
  cardHint: 'It changes every few seconds, so a picture of it is of no use to anybody.',
  cardFailed: 'No new code came. Check that your phone is online.',
  newCode: 'Show a new code',
  points: 'Points',
  pending: (points) => `${points} more wait until the return period is over`,
  expiring: (points, day) => `${points} expire on ${day}`,
  tier: 'Tier',
  toNext: (tier, ways) => `To ${tier}: ${ways}`,
  or: ' or ',
  ways: {
    spend: (amount) => `${amount} more to spend`,
    visits: (count) => `${count} more visits`,
    points: (points) => `${points} more points to earn`,
  },
  coupons: 'Coupons',
  noCoupons: 'None at the moment.',
  until: (day) => `until ${day}`,
  receipts: 'Receipts',
  noReceipts: 'Nothing bought yet.',
  consents: 'What you agreed to',
  save: 'Save',
  signOut: 'Sign out',
  leaveTitle: 'Leave, or have your data erased',
  leaveAdvice: 'You get no member benefits and no messages any more. You can join again in any of our shops.',
  leaveConfirm: 'Yes, I want to leave',
  leave: 'Leave',
  eraseAdvice:
    'Your name, phone, address and birthday are erased for good, with your points and coupons. Receipts stay, without your name.',
  eraseConfirm: 'Yes, erase my data; it cannot be brought back',
  erase: 'Erase my data',
  mail: (shop, code) => ({
    subject: `${code} is your code for ${shop}`,
    text: `Your code is ${code}. It is good for ten minutes.\n\nIf you did not ask for it, somebody typed your address: do nothing, and tell nobody the code.\n`,
  }),
  sms: (shop, code) => `${shop}: your code is ${code}, good for 10 minutes. Tell nobody.`,
  notices: {
    'wrong-code': {
      title: 'That code does not fit',
      advice: 'Type it as it stands in the latest message, or have another one sent.',
    },
    'too-many': { title: 'That was too often', advice: 'Wait a few minutes, then try again.' },
    busy: { title: 'We cannot answer just now', advice: 'Nothing was changed. Try again in a minute.' },
    saved: { title: 'Saved', advice: 'It holds from now on, in all our shops.' },
    'bad-address': {
      title: 'That is neither a phone number nor an e-mail',
      advice: 'Type it as you gave it when you joined.',
    },
    'signed-out': { title: 'You are signed out', advice: '' },
    left: { title: 'You have left', advice: 'Thank you for having been with us.' },
    erased: { title: 'Your data is erased', advice: 'Thank you for having been with us.' },
    confirm: { title: 'Nothing was changed', advice: 'Tick the box beside it first.' },
  },
};

const hans: MemberPageTexts = {
  title: '我的会员',
  address: '手机号或邮箱',
  addressHint: '请填写入会时登记的手机号或邮箱。',
  send: '发送验证码',
  sentTitle: '请查收消息',
  sent: '如果它属于某位会员，六位验证码正在发送，十分钟内有效。',
  code: '验证码',
  enter: '登录',
  again: '重新发送验证码',
  card: '请在收银台出示',
  cardHint: '会员码每隔几秒更新一次，截图无效。',
  cardFailed: '未能获取新的会员码，请检查手机网络。',
  newCode: '显示新的会员码',
  points: '积分',
  pending: (points) => `另有 ${points} 积分，退货期过后可用`,
  expiring: (points, day) => `${points} 积分将于 ${day} 过期`,
  tier: '等级',
  toNext: (tier, ways) => `升至 ${tier}：${ways}`,
  or: '，或',
  ways: {
    spend: (amount) => `再消费 ${amount}`,
    visits: (count) => `再到店 ${count} 次`,
    points: (points) => `再获得 ${points} 积分`,
  },
  coupons: '优惠券',
  noCoupons: '暂无优惠券。',
  until: (day) => `有效期至 ${day}`,
  receipts: '购物小票',
  noReceipts: '暂无购买记录。',
  consents: '您同意的事项',
  save: '保存',
  signOut: '退出登录',
  leaveTitle: '退出会员或删除资料',
  leaveAdvice: '您将不再享有会员优惠，也不会再收到消息。随时可在任意门店重新入会。',
  leaveConfirm: '是的，我要退出会员',
  leave: '退出会员',
  eraseAdvice: '您的姓名、电话、邮箱和生日将被永久删除，积分和优惠券一并失效。小票会保留，但不含您的姓名。',
  eraseConfirm: '是的，删除我的资料；删除后无法恢复',
  erase: '删除我的资料',
  mail: (shop, code) => ({
    subject: `${code} 是您的${shop}验证码`,
    text: `您的验证码是 ${code}，十分钟内有效。\n\n如非本人操作，请忽略，并且不要将验证码告诉任何人。\n`,
  }),
  sms: (shop, code) => `【${shop}】您的验证码是 ${code}，10 分钟内有效，请勿告诉他人。`,
  notices: {
    'wrong-code': { title: '验证码不正确', advice: '请输入最新一条消息中的验证码，或重新发送。' },
    'too-many': { title: '操作过于频繁', advice: '请等几分钟后再试。' },
    busy: { title: '暂时无法响应', advice: '没有任何更改，请一分钟后再试。' },
    saved: { title: '已保存', advice: '即刻起在我们所有门店生效。' },
    'bad-address': { title: '这不是手机号，也不是邮箱', advice: '请按入会时登记的填写。' },
    'signed-out': { title: '您已退出登录', advice: '' },
    left: { title: '您已退出会员', advice: '感谢您一直以来的支持。' },
    erased: { title: '您的资料已删除', advice: '感谢您一直以来的支持。' },
    confirm: { title: '没有任何更改', advice: '请先勾选旁边的选项。' },
  },
};

const hant: MemberPageTexts = {
  title: '我的會員',
  address: '手機號碼或電子郵件',
  addressHint: '請填寫入會時登記的手機號碼或電子郵件。',
  send: '傳送驗證碼',
  sentTitle: '請查收訊息',
  sent: '如果它屬於某位會員，六位驗證碼正在傳送，十分鐘內有效。',
  code: '驗證碼',
  enter: '登入',
  again: '重新傳送驗證碼',
  card: '請在收銀台出示',
  cardHint: '會員碼每隔幾秒更新一次，截圖無效。',
  cardFailed: '未能取得新的會員碼，請檢查手機網路。',
  newCode: '顯示新的會員碼',
  points: '積分',
  pending: (points) => `另有 ${points} 積分，退貨期過後可用`,
  expiring: (points, day) => `${points} 積分將於 ${day} 過期`,
  tier: '等級',
  toNext: (tier, ways) => `升至 ${tier}：${ways}`,
  or: '，或',
  ways: {
    spend: (amount) => `再消費 ${amount}`,
    visits: (count) => `再到店 ${count} 次`,
    points: (points) => `再獲得 ${points} 積分`,
  },
  coupons: '優惠券',
  noCoupons: '暫無優惠券。',
  until: (day) => `有效期至 ${day}`,
  receipts: '購物收據',
  noReceipts: '暫無購買紀錄。',
  consents: '您同意的事項',
  save: '儲存',
  signOut: '登出',
  leaveTitle: '退出會員或刪除資料',
  leaveAdvice: '您將不再享有會員優惠，也不會再收到訊息。隨時可在任一門市重新入會。',
  leaveConfirm: '是的，我要退出會員',
  leave: '退出會員',
  eraseAdvice: '您的姓名、電話、電子郵件和生日將被永久刪除，積分和優惠券一併失效。收據會保留，但不含您的姓名。',
  eraseConfirm: '是的，刪除我的資料；刪除後無法復原',
  erase: '刪除我的資料',
  mail: (shop, code) => ({
    subject: `${code} 是您的${shop}驗證碼`,
    text: `您的驗證碼是 ${code}，十分鐘內有效。\n\n如非本人操作，請忽略，並且不要將驗證碼告訴任何人。\n`,
  }),
  sms: (shop, code) => `【${shop}】您的驗證碼是 ${code}，10 分鐘內有效，請勿告訴他人。`,
  notices: {
    'wrong-code': { title: '驗證碼不正確', advice: '請輸入最新一則訊息中的驗證碼，或重新傳送。' },
    'too-many': { title: '操作過於頻繁', advice: '請等幾分鐘後再試。' },
    busy: { title: '暫時無法回應', advice: '沒有任何變更，請一分鐘後再試。' },
    saved: { title: '已儲存', advice: '即刻起在我們所有門市生效。' },
    'bad-address': { title: '這不是手機號碼，也不是電子郵件', advice: '請按入會時登記的填寫。' },
    'signed-out': { title: '您已登出', advice: '' },
    left: { title: '您已退出會員', advice: '感謝您一直以來的支持。' },
    erased: { title: '您的資料已刪除', advice: '感謝您一直以來的支持。' },
    confirm: { title: '沒有任何變更', advice: '請先勾選旁邊的選項。' },
  },
};

export const memberPageTexts: Readonly<Record<LocaleCode, MemberPageTexts>> = { en, 'zh-Hans': hans, 'zh-Hant': hant };
