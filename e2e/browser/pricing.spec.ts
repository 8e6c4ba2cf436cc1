import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { runExample } from '#schemas/pricing/worked-examples/run-example.ts';
import { workedExamples } from '#schemas/pricing/worked-examples/worked-examples.ts';
import { BrowserProfile } from './browser-profile.ts';
import { startHarness } from './harness-server.ts';

test('[M2] [QT6] a tablet prices every worked example as the server does', async () => {
  const harness = await startHarness();
  const profile = new BrowserProfile();
  try {
    const page = await profile.open(harness.url);
    const folder = `/@fs${join(import.meta.dirname, '../../schemas/pricing/worked-examples')}`;
    const inPage = await page.evaluate(async (from) => {
      const examples = (await import(`${from}/worked-examples.ts`)).workedExamples as typeof workedExamples;
      const run = (await import(`${from}/run-example.ts`)).runExample as typeof runExample;
      return examples.map((example) => run(example));
    }, folder);
    expect(inPage).toEqual(workedExamples.map((example) => runExample(example)));
    expect(inPage).toEqual(workedExamples.map(({ expected }) => expected));
  } finally {
    await profile.remove();
    await harness.close();
  }
});
