import { expect, test } from 'vitest';
import { ownWordsIn, plainReceiptDesign } from './receipt-design.ts';

const words = (header: string, footer: string) => ({ header, footer });

test('the store’s words are in the reader’s language, else in one that the store wrote, each part by itself', () => {
  expect(ownWordsIn(plainReceiptDesign, 'en')).toEqual(words('', ''));
  const design = {
    words: { en: words('Open daily', ''), 'zh-Hans': words('', '谢谢'), 'zh-Hant': words(' \n', '') },
  };
  expect(ownWordsIn(design, 'en')).toEqual(words('Open daily', '谢谢'));
  expect(ownWordsIn(design, 'zh-Hant')).toEqual(words('Open daily', '谢谢'));
  expect(ownWordsIn({ words: { ...design.words, 'zh-Hant': words('', '多謝') } }, 'zh-Hans').footer).toBe('谢谢');
});
