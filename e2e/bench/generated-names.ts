import type { Names } from '#schemas/text.ts';

type Word = readonly [en: string, hans: string, hant: string];

const materials: readonly Word[] = [
  ['Cotton', '棉质', '棉質'],
  ['Linen', '亚麻', '亞麻'],
  ['Oak', '橡木', '橡木'],
  ['Steel', '不锈钢', '不鏽鋼'],
  ['Glass', '玻璃', '玻璃'],
  ['Wool', '羊毛', '羊毛'],
  ['Bamboo', '竹制', '竹製'],
  ['Ceramic', '陶瓷', '陶瓷'],
  ['Silk', '丝绸', '絲綢'],
  ['Leather', '皮革', '皮革'],
  ['Copper', '铜制', '銅製'],
  ['Paper', '纸质', '紙質'],
  ['Cork', '软木', '軟木'],
];
const things: readonly Word[] = [
  ['shirt', '衬衫', '襯衫'],
  ['lamp', '台灯', '檯燈'],
  ['bowl', '碗', '碗'],
  ['scarf', '围巾', '圍巾'],
  ['chair', '椅子', '椅子'],
  ['kettle', '水壶', '水壺'],
  ['notebook', '笔记本', '筆記本'],
  ['towel', '毛巾', '毛巾'],
  ['basket', '篮子', '籃子'],
  ['tray', '托盘', '托盤'],
  ['blanket', '毯子', '毯子'],
  ['mug', '马克杯', '馬克杯'],
  ['knife', '刀', '刀'],
  ['brush', '刷子', '刷子'],
  ['cushion', '靠垫', '靠墊'],
  ['apron', '围裙', '圍裙'],
  ['clock', '时钟', '時鐘'],
];
const colours: readonly Word[] = [
  ['Green', '绿色', '綠色'],
  ['Red', '红色', '紅色'],
  ['Navy', '藏青', '藏青'],
  ['Sand', '沙色', '沙色'],
  ['Black', '黑色', '黑色'],
];
const series = ['Alder', 'Birch', 'Cedar', 'Dune', 'Elm', 'Fern', 'Gale', 'Heath', 'Iris', 'Juniper', 'Kelp', 'Lark'];

function pick<Item>(list: readonly Item[], index: number): Item {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('a list of words is not empty');
  return item;
}

/** The names of the nth generated product; list lengths are coprime, so words mix. */
export function generatedNames(index: number): Names {
  const [material, thing] = [pick(materials, index), pick(things, index)];
  const name = `${pick(series, Math.floor(index / 7))} ${Math.floor(index / 60)}`;
  return {
    en: `${material[0]} ${thing[0]} ${name}`,
    'zh-Hans': `${material[1]}${thing[1]} ${name}`,
    'zh-Hant': `${material[2]}${thing[2]} ${name}`,
  };
}

export function generatedVariant(index: number): Names {
  const [en, hans, hant] = pick(colours, index);
  return { en, 'zh-Hans': hans, 'zh-Hant': hant };
}
