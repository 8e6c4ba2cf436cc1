import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutants } from './mutants.ts';

const root = join(import.meta.dirname, '..', '..');

test('at least twenty mutants, in posting, feed, effects and replication, each under its own name', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(20);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  expect([...new Set(mutants.map(({ area }) => area))].sort()).toEqual(['effects', 'feed', 'posting', 'replication']);
});

test.each(mutants)('applies to the code as it is: $name', ({ file, find, replace, killers }) => {
  expect(readFileSync(join(root, file), 'utf8').split(find)).toHaveLength(2);
  expect(replace).not.toBe(find);
  expect(killers.length).toBeGreaterThan(0);
  for (const killer of killers) if (typeof killer === 'string') readFileSync(join(root, killer));
});
