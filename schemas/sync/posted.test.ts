import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  gapsOf,
  isPosted,
  lastPosted,
  nothingPosted,
  type Posted,
  type SequenceRange,
  wentBack,
  withPosted,
} from './posted.ts';

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 60 });
const one = (sequence: number): SequenceRange => [sequence, sequence];
const posted = (sequences: readonly number[]): Posted => withPosted(nothingPosted, sequences.map(one));

test('a range that follows what is posted is posted to its end', () => {
  expect(withPosted(nothingPosted, [[1, 5]])).toEqual({ through: 5, beyond: [] });
  expect(
    withPosted({ through: 5, beyond: [[9, 12]] }, [
      [6, 8],
      [20, 30],
    ]),
  ).toEqual({ through: 12, beyond: [[20, 30]] });
});

test('what is posted is what was added, however it arrived', () => {
  fc.assert(
    fc.property(numbers, fc.nat(60), (sequences, cut) => {
      const atOnce = posted(sequences);
      expect(withPosted(posted(sequences.slice(0, cut)), sequences.slice(cut).map(one))).toEqual(atOnce);
      for (let sequence = 1; sequence <= 61; sequence++) {
        expect(isPosted(atOnce, sequence)).toBe(sequences.includes(sequence));
        expect(gapsOf(atOnce).some(([from, to]) => from <= sequence && sequence <= to)).toBe(
          !sequences.includes(sequence),
        );
      }
      expect(lastPosted(atOnce)).toBe(Math.max(0, ...sequences));
    }),
  );
});

test('a server that lost something is noticed, one that gained is not', () => {
  fc.assert(
    fc.property(numbers, numbers, (before, now) => {
      expect(wentBack(posted(before), posted(now))).toBe(before.some((sequence) => !now.includes(sequence)));
    }),
  );
});

test('a refused entry costs one range for ever, not one number for each entry after it', () => {
  const sequences = Array.from({ length: 50_000 }, (_, at) => at + 1).filter((sequence) => sequence !== 7);
  expect(posted(sequences)).toEqual({ through: 6, beyond: [[8, 50_000]] });
});
