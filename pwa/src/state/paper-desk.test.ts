import { expect, test } from 'vitest';
import type { Result } from '#schemas/result.ts';
import type { ApiFailure } from './office-api.ts';
import { Saying } from './paper-desk.svelte.ts';

type Answer = Result<unknown, ApiFailure>;
const taken: Answer = { ok: true, value: null };
const refused: Answer = { ok: false, error: { code: 'conflict' } };

test('one thing is said at a time; what came of it is told, and what is on screen is read anew', async () => {
  let refreshed = 0;
  const saying = new Saying(async () => (refreshed += 1));
  const [first, second] = await Promise.all([saying.say(async () => refused), saying.say(async () => taken)]);
  expect([first, second, saying.failure, refreshed]).toEqual([false, false, 'conflict', 1]);
  expect(await saying.say(async () => taken)).toBe(true);
  expect([saying.failure, saying.isBusy]).toEqual([null, false]);
});

test('an ask that throws leaves the desk free for the next', async () => {
  const saying = new Saying(async () => undefined);
  const broken = async (): Promise<Answer> => {
    throw new Error('the line broke');
  };
  await expect(saying.say(broken)).rejects.toThrow('the line broke');
  expect(saying.isBusy).toBe(false);
  expect(await saying.say(async () => taken)).toBe(true);
});
