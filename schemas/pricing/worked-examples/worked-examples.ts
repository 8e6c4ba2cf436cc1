import { groupExamples } from './group-examples.ts';
import { priceExamples } from './price-examples.ts';
import { promotionExamples } from './promotion-examples.ts';
import { returnExamples } from './return-examples.ts';
import type { WorkedExample } from './run-example.ts';
import { taxExamples } from './tax-examples.ts';

/** All worked examples: what every till, server and shop must come to. `runExample` runs one of them anywhere. */
export const workedExamples: readonly WorkedExample[] = [
  ...priceExamples,
  ...promotionExamples,
  ...groupExamples,
  ...taxExamples,
  ...returnExamples,
];
