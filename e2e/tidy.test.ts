import { expect, test } from 'vitest';
import { deadFiles } from './tidy/dead-files.ts';
import { documents } from './tidy/documents.ts';
import { importDirection } from './tidy/import-direction.ts';
import { noLeavings } from './tidy/leavings.ts';
import { messages } from './tidy/messages.ts';
import { names } from './tidy/names.ts';
import { purity } from './tidy/purity.ts';
import { sizeLimits } from './tidy/size-limits.ts';
import { readTree, type SourceFile, type Violation } from './tidy/source-tree.ts';
import { templateText } from './tidy/template-text.ts';

const tree = readTree();

const rules: [string, (tree: SourceFile[]) => Violation[]][] = [
  ['imports go one way', importDirection],
  ['schemas has no clock, randomness or I/O', purity],
  ['files, components and functions stay short', sizeLimits],
  ['no file is dead', deadFiles],
  ['names say what is inside', names],
  ['documents that are cited exist', documents],
  ['nothing is left for later', noLeavings],
  ['all languages have the same messages, and all are used', messages],
  ['no text stands outside the message files', templateText],
];

test.each(rules)('%s', (_name, rule) => {
  const violations = rule(tree);
  expect(violations.map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([]);
});

test('the tree that is checked is the whole one', () => {
  const paths = new Set(tree.map(({ path }) => path));
  expect(paths).toContain('package.json');
  expect(paths).toContain('schemas/assert.ts');
  expect(paths).toContain('e2e/tidy.test.ts');
});
