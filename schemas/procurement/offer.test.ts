import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CatalogueArticle, type Offer, type OfferStep, takeOfferStep } from './offer.ts';

const offer = (unitCostMinor: number): Offer => ({
  ...{ article: 'A-1', name: 'Tea', gtin14: null, packSize: 6, unitCostMinor, currency: 'GBP' },
});
const after = (...steps: OfferStep[]) =>
  steps.reduce<CatalogueArticle | null>((article, step) => {
    const taken = takeOfferStep(article, step);
    return taken.ok ? taken.value : article;
  }, null);

test('[CA2] the buyer orders by what it took last, whatever is offered since', () => {
  const took: OfferStep[] = [
    { step: 'offered', offer: offer(100) },
    { step: 'taken', skuId: 'TEA' },
  ];
  expect(after(...took, { step: 'offered', offer: offer(120) })).toMatchObject({
    offered: offer(120),
    taken: offer(100),
  });
  const declined = after(...took, { step: 'offered', offer: offer(120) }, { step: 'declined', note: 'Too dear' });
  expect(declined).toMatchObject({ offered: null, taken: offer(100), note: 'Too dear' });
  expect(after(...took, { step: 'withdrawn' })).toMatchObject({ offered: null, taken: null, skuId: 'TEA' });
});

test('[CA1] the same again is nothing new; an offer that goes back to what was taken leaves nothing to answer', () => {
  const first = after({ step: 'offered', offer: offer(1) });
  expect(takeOfferStep(first, { step: 'offered', offer: offer(1) })).toMatchObject({ error: { code: 'nothing-new' } });
  const back = after(
    { step: 'offered', offer: offer(1) },
    { step: 'taken', skuId: 'TEA' },
    { step: 'offered', offer: offer(2) },
    { step: 'offered', offer: offer(1) },
  );
  expect(back).toMatchObject({ version: 4, offered: null, taken: offer(1) });
  expect(takeOfferStep(null, { step: 'taken', skuId: 'TEA' })).toMatchObject({ error: { code: 'not-now' } });
});

test('[CA2] nothing is taken that was not offered, whatever is said in whatever order', () => {
  const step = fc.oneof(
    fc.nat(3).map((cost): OfferStep => ({ step: 'offered', offer: offer(cost) })),
    fc.constantFrom<OfferStep>({ step: 'withdrawn' }, { step: 'taken', skuId: 'TEA' }, { step: 'declined', note: '' }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let article: CatalogueArticle | null = null;
      for (const one of steps) {
        const taken = takeOfferStep(article, one);
        if (!taken.ok) continue;
        if (one.step === 'taken') expect(taken.value.taken).toEqual(article?.offered);
        else if (one.step !== 'withdrawn') expect(taken.value.taken).toEqual(article?.taken ?? null);
        expect(taken.value.version).toBe((article?.version ?? 0) + 1);
        article = taken.value;
      }
    }),
  );
});
