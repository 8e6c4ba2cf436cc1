import { afterAll, beforeAll, expect, test } from 'vitest';
import { overwriteGetLocale } from '#pwa/paraglide/runtime.js';
import { countOutcomes, type ReviewLine } from '#schemas/api/counts.ts';
import { type LocaleCode, localeCodes } from '#schemas/text.ts';
import { basisPointsText, countScopeText, reviewSentence, unsureText } from './count-text.ts';

let locale: LocaleCode = 'en';
beforeAll(() => overwriteGetLocale(() => locale));
afterAll(() => {
  locale = 'en';
});

const names = (en: string, han: string) => ({ en, 'zh-Hans': han, 'zh-Hant': han });
const line = (outcome: ReviewLine['outcome']) => ({
  outcome,
  placeId: 'floor',
  placeNames: names('Shop floor', '卖场'),
  booked: { state: 'in-stock' as const, placeId: 'room', placeNames: names('Stock room', '仓库') },
  counted: 7,
  expected: 10,
});

test('a line is told in a sentence of its own, in every language', () => {
  for (const code of localeCodes) {
    locale = code;
    const sentences = countOutcomes.map((outcome) => reviewSentence(line(outcome), code));
    expect(new Set(sentences).size).toBe(countOutcomes.length);
    expect(sentences.join('')).not.toMatch(/[{}]|undefined|counts_/);
  }
});

test('where it lies and where the books have it are told by name', () => {
  locale = 'en';
  expect(reviewSentence(line('moved'), 'en')).toBe('Found in Shop floor; the books say Stock room. Was it moved?');
  expect(reviewSentence(line('short'), 'en')).toBe('7 in Shop floor, 10 expected: 3 too few.');
  expect(reviewSentence({ ...line('over'), counted: 12 }, 'en')).toBe('12 in Shop floor, 10 expected: 2 too many.');
  expect(reviewSentence({ ...line('missing'), placeNames: null }, 'en')).toContain('floor');
});

test('[SC19] what is unsure says why, whose clock it was and how far off, in every language', () => {
  const unsure = { unsure: 3, unsureBecause: 'clock' as const, clockTill: 4, clockOffMs: 3_600_000 };
  for (const code of localeCodes) {
    locale = code;
    const texts = [
      unsureText(unsure, code),
      unsureText({ ...unsure, clockTill: null }, code),
      ...(['close', 'meanwhile'] as const).map((unsureBecause) => unsureText({ ...unsure, unsureBecause }, code)),
    ];
    expect(new Set(texts).size).toBe(4);
    expect(texts.every((text) => text.includes('3'))).toBe(true);
    expect(texts[0]).toMatch(/4/);
    expect(texts.join('')).not.toMatch(/[{}]|undefined|counts_/);
  }
  locale = 'en';
  expect(unsureText(unsure, 'en')).toContain('The clock of till 4 was off by up to 1 hr');
});

test('a scope says what it names, and the whole store where it names nothing', () => {
  locale = 'en';
  const scope = { placeIds: [], skuIds: [], categoryIds: [], brands: [] };
  expect(countScopeText(scope)).toBe('Whole store');
  expect(countScopeText({ ...scope, placeIds: ['a', 'b'], brands: ['Lantern'] })).toBe('2 places · 1 brand');
});

test('a share of nothing is a dash', () => {
  expect([basisPointsText(null, 'en'), basisPointsText(125, 'en')]).toEqual(['–', '1.25%']);
});
