import type { PageLinkType } from '#schemas/api/item-page.ts';
import type { LocaleCode } from '#schemas/text.ts';

/** Words of the public pages; they are the server's own, as no program of ours runs there. */
export type PageTexts = {
  language: string;
  languages: string;
  price: string;
  onlinePrice: string;
  origin: string;
  batch: string;
  expiry: string;
  gtin: string;
  serial: string;
  story: string;
  more: string;
  notices: Record<Notice, { title: string; advice: string }>;
  troubles: Record<Trouble, { title: string; advice: string }>;
  read: string;
  links: Record<PageLinkType, string>;
  ownPage: string;
};

export type Notice =
  | 'recalled'
  | 'recalled-perhaps'
  | 'expired'
  | 'known'
  | 'sold'
  | 'sold-undated'
  | 'gone'
  | 'unknown';
export type Trouble =
  | 'no-gtin'
  | 'wrong-check-digit'
  | 'wrong-serial'
  | 'wrong-batch'
  | 'malformed'
  | 'too-long'
  | 'unknown-goods'
  | 'no-link'
  | 'too-many'
  | 'busy';

const en: PageTexts = {
  language: 'English',
  languages: 'Language',
  price: 'Price',
  onlinePrice: 'Online price',
  origin: 'Origin',
  batch: 'Batch',
  expiry: 'Best before',
  gtin: 'Article number (GTIN)',
  serial: 'Number of this item',
  story: 'Its story',
  more: 'More about it',
  notices: {
    recalled: {
      title: 'This item has been recalled',
      advice: 'Please do not use it. Bring it back to us and we will sort it out with you.',
    },
    'recalled-perhaps': {
      title: 'Some of these items have been recalled',
      advice: 'This code does not say whether yours is one of them. Please ask us before you use it.',
    },
    expired: { title: 'Best before {date}: that has passed', advice: 'Please ask us before you buy or use it.' },
    known: {
      title: 'We know this code',
      advice: 'It stands for one single item of ours, which has not been sold yet.',
    },
    sold: {
      title: 'Sold on {date}',
      advice:
        'Yours since then? Then all is well. If somebody offers it to you as new, its code may have been copied: please ask us before you buy.',
    },
    'sold-undated': {
      title: 'Sold already',
      advice:
        'If it is yours, all is well. If somebody offers it to you as new, its code may have been copied: please ask us before you buy.',
    },
    gone: {
      title: 'Taken off sale',
      advice: 'This item is not for sale. If somebody offers it to you, please ask us first.',
    },
    unknown: {
      title: 'This code is not known to us',
      advice:
        'The article is ours, but no item with this code is in our books. Scan it once more; if this stays, please ask us before you buy.',
    },
  },
  troubles: {
    'no-gtin': {
      title: 'This is not a whole code',
      advice: 'The number of the article is missing or cut off. Please scan the code once more, holding still.',
    },
    'wrong-check-digit': {
      title: 'One digit is wrong',
      advice:
        'The number of the article does not add up, so a digit was misread or mistyped. Please scan the code once more.',
    },
    'wrong-serial': {
      title: 'The item’s number is not right',
      advice: 'It has 1 to 20 letters, digits and signs. Please scan the code once more.',
    },
    'wrong-batch': {
      title: 'The batch is not right',
      advice: 'It has 1 to 20 letters, digits and signs. Please scan the code once more.',
    },
    malformed: {
      title: 'We cannot read this address',
      advice: 'Part of it is missing or not where it belongs. Please scan the code once more.',
    },
    'too-long': {
      title: 'This address is too long',
      advice: 'No code of ours is as long. Please scan one code alone.',
    },
    'unknown-goods': {
      title: 'We do not know this article',
      advice: 'It may be another shop’s. The code may be right all the same: please ask whoever sold it.',
    },
    'no-link': {
      title: 'There is nothing of this kind',
      advice: 'We have no such page about this article. The page of the article itself is below.',
    },
    'too-many': {
      title: 'One moment, please',
      advice: 'Many codes were looked up from where you are. Please try again in a minute.',
    },
    busy: {
      title: 'Back in a moment',
      advice: 'We cannot look this code up right now. Nothing is wrong with it: please try again in a minute.',
    },
  },
  read: 'What was read',
  links: {
    pip: 'Product page',
    instructions: 'Instructions',
    ingredientsInfo: 'Ingredients',
    nutritionalInfo: 'Nutrition',
    safetyInfo: 'Safety',
    certificationInfo: 'Certificates',
    sustainabilityInfo: 'Sustainability',
    traceability: 'Where it has been',
    recipeInfo: 'Recipes',
    faqs: 'Questions and answers',
    support: 'Help',
    registerProduct: 'Register it',
    leaveReview: 'Write a review',
    hasRetailers: 'Where to buy',
    promotion: 'Offers',
    homepage: 'Home page',
  },
  ownPage: 'About this item',
};

const zhHans: PageTexts = {
  language: '简体中文',
  languages: '语言',
  price: '价格',
  onlinePrice: '网店价',
  origin: '产地',
  batch: '批号',
  expiry: '保质期至',
  gtin: '商品条码（GTIN）',
  serial: '本件编号',
  story: '它的故事',
  more: '更多信息',
  notices: {
    recalled: { title: '这件商品已被召回', advice: '请不要使用，请带回门店，我们会为您妥善处理。' },
    'recalled-perhaps': {
      title: '同款商品有部分被召回',
      advice: '仅凭此码无法判断您这件是否在内。使用前请先向我们确认。',
    },
    expired: { title: '保质期至 {date}，现已过期', advice: '购买或使用前，请先询问我们。' },
    known: { title: '此码确为本店所有', advice: '它对应唯一的一件商品，目前尚未售出。' },
    sold: {
      title: '已于 {date} 售出',
      advice: '如果您就是当时的买家，一切正常。如果有人把它当新品卖给您，此码可能是仿冒的：购买前请先询问我们。',
    },
    'sold-undated': {
      title: '已经售出',
      advice: '如果它是您的，一切正常。如果有人把它当新品卖给您，此码可能是仿冒的：购买前请先询问我们。',
    },
    gone: { title: '已停止销售', advice: '这件商品不再出售。如果有人卖给您，请先询问我们。' },
    unknown: {
      title: '我们查不到此码',
      advice: '这款商品是我们的，但没有这个编号的记录。请再扫一次；如果仍然如此，购买前请先询问我们。',
    },
  },
  troubles: {
    'no-gtin': { title: '这个码不完整', advice: '商品条码缺失或被截断。请拿稳手机，再扫一次。' },
    'wrong-check-digit': {
      title: '有一位数字不对',
      advice: '商品条码的校验位不符，可能是扫错或输错了一位。请再扫一次。',
    },
    'wrong-serial': { title: '单件编号不对', advice: '编号应为 1 到 20 个字母、数字或符号。请再扫一次。' },
    'wrong-batch': { title: '批号不对', advice: '批号应为 1 到 20 个字母、数字或符号。请再扫一次。' },
    malformed: { title: '无法识别这个地址', advice: '地址缺了一部分，或位置不对。请再扫一次。' },
    'too-long': { title: '这个地址太长', advice: '我们的码没有这么长。请一次只扫一个码。' },
    'unknown-goods': {
      title: '我们没有这款商品',
      advice: '它可能是别家的商品，码本身也许没有问题：请询问卖给您的商家。',
    },
    'no-link': { title: '没有这类页面', advice: '关于这款商品，我们没有这样的页面。商品本身的页面见下方。' },
    'too-many': { title: '请稍候', advice: '您所在的网络查询次数过多，请一分钟后再试。' },
    busy: { title: '马上回来', advice: '现在暂时无法查询，这与您的码无关：请一分钟后再试。' },
  },
  read: '读到的内容',
  links: {
    pip: '商品页面',
    instructions: '使用说明',
    ingredientsInfo: '配料',
    nutritionalInfo: '营养成分',
    safetyInfo: '安全须知',
    certificationInfo: '认证',
    sustainabilityInfo: '可持续性',
    traceability: '溯源',
    recipeInfo: '食谱',
    faqs: '常见问题',
    support: '客服',
    registerProduct: '产品注册',
    leaveReview: '写评价',
    hasRetailers: '购买渠道',
    promotion: '优惠',
    homepage: '官网',
  },
  ownPage: '关于这件商品',
};

const zhHant: PageTexts = {
  language: '繁體中文',
  languages: '語言',
  price: '價格',
  onlinePrice: '網店價',
  origin: '產地',
  batch: '批號',
  expiry: '有效日期',
  gtin: '商品條碼（GTIN）',
  serial: '本件編號',
  story: '它的故事',
  more: '更多資訊',
  notices: {
    recalled: { title: '這件商品已被召回', advice: '請不要使用，請帶回門市，我們會為您妥善處理。' },
    'recalled-perhaps': {
      title: '同款商品有部分被召回',
      advice: '單憑此碼無法判斷您這件是否在內。使用前請先向我們確認。',
    },
    expired: { title: '有效日期 {date}，現已過期', advice: '購買或使用前，請先詢問我們。' },
    known: { title: '此碼確為本店所有', advice: '它對應唯一的一件商品，目前尚未售出。' },
    sold: {
      title: '已於 {date} 售出',
      advice: '如果您就是當時的買家，一切正常。如果有人把它當新品賣給您，此碼可能是仿冒的：購買前請先詢問我們。',
    },
    'sold-undated': {
      title: '已經售出',
      advice: '如果它是您的，一切正常。如果有人把它當新品賣給您，此碼可能是仿冒的：購買前請先詢問我們。',
    },
    gone: { title: '已停止販售', advice: '這件商品不再販售。如果有人賣給您，請先詢問我們。' },
    unknown: {
      title: '我們查不到此碼',
      advice: '這款商品是我們的，但沒有這個編號的紀錄。請再掃一次；如果仍然如此，購買前請先詢問我們。',
    },
  },
  troubles: {
    'no-gtin': { title: '這個碼不完整', advice: '商品條碼缺漏或被截斷。請拿穩手機，再掃一次。' },
    'wrong-check-digit': {
      title: '有一位數字不對',
      advice: '商品條碼的檢查碼不符，可能是掃錯或輸錯了一位。請再掃一次。',
    },
    'wrong-serial': { title: '單件編號不對', advice: '編號應為 1 到 20 個字母、數字或符號。請再掃一次。' },
    'wrong-batch': { title: '批號不對', advice: '批號應為 1 到 20 個字母、數字或符號。請再掃一次。' },
    malformed: { title: '無法辨識這個網址', advice: '網址缺了一部分，或位置不對。請再掃一次。' },
    'too-long': { title: '這個網址太長', advice: '我們的碼沒有這麼長。請一次只掃一個碼。' },
    'unknown-goods': {
      title: '我們沒有這款商品',
      advice: '它可能是別家的商品，碼本身也許沒有問題：請詢問賣給您的商家。',
    },
    'no-link': { title: '沒有這類頁面', advice: '關於這款商品，我們沒有這樣的頁面。商品本身的頁面見下方。' },
    'too-many': { title: '請稍候', advice: '您所在的網路查詢次數過多，請一分鐘後再試。' },
    busy: { title: '馬上回來', advice: '現在暫時無法查詢，這與您的碼無關：請一分鐘後再試。' },
  },
  read: '讀到的內容',
  links: {
    pip: '商品頁面',
    instructions: '使用說明',
    ingredientsInfo: '成分',
    nutritionalInfo: '營養標示',
    safetyInfo: '安全須知',
    certificationInfo: '認證',
    sustainabilityInfo: '永續',
    traceability: '溯源',
    recipeInfo: '食譜',
    faqs: '常見問題',
    support: '客服',
    registerProduct: '產品註冊',
    leaveReview: '寫評價',
    hasRetailers: '購買通路',
    promotion: '優惠',
    homepage: '官網',
  },
  ownPage: '關於這件商品',
};

export const pageTexts: Readonly<Record<LocaleCode, PageTexts>> = { en, 'zh-Hans': zhHans, 'zh-Hant': zhHant };
