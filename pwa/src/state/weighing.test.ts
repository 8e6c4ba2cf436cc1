import { beforeEach, expect, test } from 'vitest';
import type { ScaleReading } from '../devices/scale/scale-protocols.ts';
import type { ScaleState } from '../devices/scale/serial-scale.ts';
import { fakeSku } from './fake-till.ts';
import { Weighing } from './weighing.svelte.ts';

let taken: number[];
let say: (reading: ScaleReading) => void;
let turn: (state: ScaleState) => void;
let closed: number;
const cheese = fakeSku('CHEESE', 2_400);
const weight = (grams: number, isStable = true): ScaleReading => ({ kind: 'weight', grams, isStable });

const weighing = (hasScale = true) =>
  new Weighing({
    scale: () =>
      hasScale
        ? (onReading, onState) => {
            [say, turn] = [onReading, onState];
            return {
              close: async () => {
                closed += 1;
              },
            };
          }
        : null,
  });

beforeEach(() => {
  taken = [];
  closed = 0;
});

test('a weight counts only when it has come to rest', () => {
  const one = weighing();
  one.ask(cheese, (grams) => taken.push(grams));
  turn('open');
  for (const reading of [weight(390, false), weight(430), weight(425), { kind: 'overload' } as const]) {
    say(reading);
    expect(one.accept()).toBe(false);
  }
  say(weight(425));
  expect(one.netGrams).toBeNull();
  say(weight(425));
  expect(one.netGrams).toBe(425);
  expect(one.accept()).toBe(true);
  expect([taken, one.found, closed]).toEqual([[425], null, 1]);
  expect(one.accept()).toBe(false);
  expect(taken).toEqual([425]);
});

test('the container is taken off; a container alone is no goods', () => {
  const one = weighing();
  one.ask(cheese, (grams) => taken.push(grams));
  turn('open');
  say(weight(20));
  one.tare();
  expect(one.tareGrams).toBe(0);
  say(weight(20));
  one.tare();
  expect([one.tareGrams, one.netGrams]).toEqual([20, null]);
  say(weight(445));
  say(weight(445));
  expect(one.netGrams).toBe(425);
  // The next goods are in no container.
  one.ask(cheese, () => undefined);
  expect(one.tareGrams).toBe(0);
});

test('what lay on a scale that is gone is not sold', () => {
  const one = weighing();
  one.ask(cheese, (grams) => taken.push(grams));
  turn('open');
  say(weight(425));
  say(weight(425));
  turn('lost');
  expect(one.accept()).toBe(false);
  turn('open');
  say(weight(425));
  expect(one.accept()).toBe(false);
});

test('without a scale the weight is typed, in grams, up to a ton', () => {
  const one = weighing(false);
  one.ask(cheese, (grams) => taken.push(grams));
  expect([one.scaleState, one.netGrams]).toEqual([null, null]);
  for (const key of ['0', '4', '2', '5', 'back']) one.type(key);
  expect([one.typed, one.netGrams]).toEqual(['42', 42]);
  for (const key of '00009') one.type(key);
  expect(one.netGrams).toBeNull();
  one.close();
  one.ask(cheese, (grams) => taken.push(grams));
  one.type('7');
  one.accept();
  expect(taken).toEqual([7]);
});
