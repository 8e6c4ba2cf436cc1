import type { InStoreCode } from '#schemas/item-code/in-store-code.ts';
import type { Names } from '#schemas/text.ts';

/** What the scales of the chain print: a weight in grams, or a price in pence, behind four digits of the article. */
export const demoInStoreCodes: readonly InStoreCode[] = [
  { prefix: '299', itemDigits: 4, value: 'weight', valueDigits: 5, decimals: 3, hasValueCheck: false },
  { prefix: '298', itemDigits: 4, value: 'price', valueDigits: 5, decimals: 2, hasValueCheck: false },
];

export type DemoStory = { skuIds: readonly string[]; story: Names; origin: Names };

/** What an item's own page tells of these SKUs beside batch and expiry, which its code knows. */
export const demoStories: readonly DemoStory[] = [
  {
    skuIds: ['S', 'M', 'L'].flatMap((size) => [`CLO-104-NVY-${size}`, `CLO-104-RST-${size}`]),
    origin: {
      en: 'Wool from the Cheviot Hills, knitted in Hawick, Scotland',
      'zh-Hans': '羊毛产自切维厄特丘陵，苏格兰霍伊克编织',
      'zh-Hant': '羊毛產自切維厄特丘陵，蘇格蘭霍伊克編織',
    },
    story: {
      en: [
        'Fernhill has knitted this jumper on the same four machines since 1987. Each is linked by hand at the neck and the cuffs, which takes one person forty minutes.',
        'Care: wash at 30 °C in a wool cycle, inside out, and dry it flat. A stone and ten minutes take away the pills of the first weeks. Bring it back to any of our shops with a hole: we mend it for nothing.',
      ].join('\n\n'),
      'zh-Hans': [
        'Fernhill 自 1987 年起就用同样的四台织机编织这款毛衣。领口和袖口由一人手工缝合，每件需要四十分钟。',
        '洗护：翻面后以 30 °C 羊毛程序洗涤，平铺晾干。最初几周起的毛球，用去球石十分钟即可去除。若有破洞，可带到我们任何一家门店，免费修补。',
      ].join('\n\n'),
      'zh-Hant': [
        'Fernhill 自 1987 年起就用同樣的四台織機編織這款毛衣。領口與袖口由一人手工縫合，每件需要四十分鐘。',
        '洗滌保養：翻面後以 30 °C 羊毛模式洗滌，平放晾乾。最初幾週起的毛球，用去球石十分鐘即可去除。若有破洞，可帶到我們任何一家門市，免費修補。',
      ].join('\n\n'),
    },
  },
  {
    skuIds: ['BEA-116-30', 'BEA-116-50'],
    origin: {
      en: 'Distilled and bottled in Looe, Cornwall',
      'zh-Hans': '英国康沃尔郡卢港蒸馏并灌装',
      'zh-Hant': '英國康瓦爾郡盧港蒸餾並裝瓶',
    },
    story: {
      en: [
        'Rosemary and sea fennel are cut before nine in the morning and distilled the same day. A batch is what one still gives: some three hundred bottles. The batch on this page is written on the base of yours.',
        'Care: keep it out of the sun, and use it up within three years of opening.',
      ].join('\n\n'),
      'zh-Hans': [
        '迷迭香与海茴香在早上九点前采摘，当天蒸馏。一锅即为一个批次，约三百瓶。本页所示批号也印在您手中这瓶的瓶底。',
        '保存：避免阳光直射，开封后请在三年内用完。',
      ].join('\n\n'),
      'zh-Hant': [
        '迷迭香與海茴香在早上九點前採摘，當天蒸餾。一鍋即為一個批次，約三百瓶。本頁所示批號也印在您手中這瓶的瓶底。',
        '保存：避免陽光直射，開封後請在三年內用完。',
      ].join('\n\n'),
    },
  },
];
