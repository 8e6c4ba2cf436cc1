import { expect, test } from 'vitest';
import { rest } from './rest.ts';

test('a rest ends when it is called off, before it and while it lasts, and calls nobody to account', async () => {
  const ending = new AbortController();
  const resting = rest(600_000, ending.signal);
  ending.abort();
  await expect(resting).resolves.toBeUndefined();
  await expect(rest(600_000, ending.signal)).resolves.toBeUndefined();
});

test('what is wrong otherwise is heard of', async () => {
  await expect(rest(Number.NaN, {} as AbortSignal)).rejects.toThrow('AbortSignal');
});
