import { expect, test } from 'vitest';
import { deadFiles } from './dead-files.ts';
import { documents } from './documents.ts';
import { importDirection } from './import-direction.ts';
import { noLeavings } from './leavings.ts';
import { messages } from './messages.ts';
import { names } from './names.ts';
import { purity } from './purity.ts';
import { sizeLimits } from './size-limits.ts';
import type { SourceFile, Violation } from './source-tree.ts';
import { templateText } from './template-text.ts';

type Rule = (tree: SourceFile[]) => Violation[];

/** Where the rule is broken in these files, as path:line. */
function broken(rule: Rule, files: Record<string, string>): string[] {
  const tree = Object.entries(files).map(([path, text]) => ({ path, text }));
  return rule(tree).map(({ path, line }) => `${path}:${line}`);
}

const lines = (count: number) => 'x();\n'.repeat(count);
const longFunction = (start: string, end: string) => `${start}{\n${lines(70)}}${end}\n`;

test.each<[string, string, string]>([
  ['schemas/a.ts', "import { b } from '#printing/b.ts';", 'schemas/a.ts:1'],
  ['printing/a.ts', "\nimport { b } from '../sync-server/b.ts';", 'printing/a.ts:2'],
  ['sync-server/a.ts', "const b = await import('#pwa/b.ts');", 'sync-server/a.ts:1'],
  ['pwa/src/state/a.ts', "export { b } from '#sync-server/b.ts';", 'pwa/src/state/a.ts:1'],
  ['pwa/src/state/a.ts', "import type { B } from '#sync-server/b.ts';", 'pwa/src/state/a.ts:1'],
  ['schemas/a.test.ts', "import { b } from '#e2e/b.ts';", 'schemas/a.test.ts:1'],
  ['pwa/src/components/A.svelte', '<script>\n  import "#pwa/db/b.ts";\n</script>', 'pwa/src/components/A.svelte:2'],
  ['pwa/src/state/a.ts', "import A from '../components/A.svelte';", 'pwa/src/state/a.ts:1'],
  ['pwa/src/db/a.ts', "import { b } from '#pwa/state/b.ts';", 'pwa/src/db/a.ts:1'],
  ['pwa/src/routes/+page.svelte', "<script>import Dexie from 'dexie';</script>", 'pwa/src/routes/+page.svelte:1'],
  ['pwa/src/state/a.ts', "import PouchDB from 'pouchdb-core';", 'pwa/src/state/a.ts:1'],
])('a wrong import in %s is found: %s', (path, text, where) => {
  expect(broken(importDirection, { [path]: text })).toEqual([where]);
});

test.each<[string, string]>([
  ['schemas/a.ts', "import { b } from './b.ts'; import { z } from 'zod';"],
  ['sync-server/a.ts', "import { b } from '#schemas/b.ts'; import { c } from '#printing/c.ts';"],
  ['pwa/src/db/a.ts', "import Dexie from 'dexie';"],
  ['pwa/src/components/A.svelte', "<script lang='ts'>import type { B } from '#pwa/db/b.ts';</script>"],
  ['pwa/src/routes/+page.svelte', "<script>import A from '#pwa/components/A.svelte';</script>"],
  ['e2e/a.ts', "import { b } from '#sync-server/b.ts'; import { c } from '#pwa/db/c.ts';"],
])('a right import in %s is let be: %s', (path, text) => {
  expect(broken(importDirection, { [path]: text })).toEqual([]);
});

test.each([
  'const a = Date.now();',
  'const a = Math.random();',
  'const a = new Date();',
  "import { readFileSync } from 'node:fs';",
  "const a = fetch('/');",
  'const a = process.env.A;',
  'crypto.getRandomValues(bytes);',
])('schemas may not say: %s', (text) => {
  expect(broken(purity, { 'schemas/a.ts': `\n${text}` })).toEqual(['schemas/a.ts:2']);
  expect(broken(purity, { 'schemas/a.test.ts': text, 'pwa/src/a.ts': text })).toEqual([]);
});

test('schemas may take a time, and call a parameter "document"', () => {
  const text =
    'export const day = (atMs: number) => new Date(atMs);\nexport const id = (document: Doc) => document._id;';
  expect(broken(purity, { 'schemas/a.ts': text })).toEqual([]);
});

test('a file, a component, a function and a folder README that grow too long are found', () => {
  expect(broken(sizeLimits, { 'schemas/a.ts': lines(401), 'schemas/b.ts': lines(400) })).toEqual(['schemas/a.ts:401']);
  expect(broken(sizeLimits, { 'pwa/src/A.svelte': '<p></p>\n'.repeat(201) })).toEqual(['pwa/src/A.svelte:201']);
  expect(broken(sizeLimits, { 'pwa/README.md': lines(41), 'README.md': lines(90) })).toEqual(['pwa/README.md:41']);
  expect(broken(sizeLimits, { 'schemas/a.ts': `\n${longFunction('const f = () => ', ';')}` })).toEqual([
    'schemas/a.ts:2',
  ]);
  expect(broken(sizeLimits, { 'pwa/src/A.svelte': `<script>\n${longFunction('function f() ', '')}</script>` })).toEqual(
    ['pwa/src/A.svelte:2'],
  );
  expect(broken(sizeLimits, { 'schemas/a.test.ts': longFunction("describe('a', () => ", ');') })).toEqual([]);
  expect(broken(sizeLimits, { 'sync-server/db/migrations/a.ts': lines(900) })).toEqual([]);
});

test('a file that nothing reaches is dead, also when only dead files name it', () => {
  const files = {
    'package.json': '{"scripts":{"import":"node sync-server/cli/import.ts"}}',
    'sync-server/cli/import.ts': "import './used.ts'; new Worker(new URL('./thread.ts', import.meta.url));",
    'sync-server/cli/used.ts': '',
    'sync-server/cli/thread.ts': '',
    'sync-server/cli/dead.ts': "import './only-from-dead.ts';",
    'sync-server/cli/only-from-dead.ts': '',
    'pwa/src/routes/sell/+page.svelte': "<script>import Basket from './Basket.svelte';</script>",
    'pwa/src/routes/sell/Basket.svelte': '',
    'pwa/src/routes/sell/Forgotten.svelte': '',
    'vitest.config.ts': "export default { globalSetup: ['sync-server/set-up.ts'] };",
    'sync-server/set-up.ts': '',
  };
  expect(broken(deadFiles, files)).toEqual([
    'sync-server/cli/dead.ts:1',
    'sync-server/cli/only-from-dead.ts:1',
    'pwa/src/routes/sell/Forgotten.svelte:1',
  ]);
});

test.each([
  'lib/a.ts',
  'schemas/utils.ts',
  'pwa/src/helpers/a.ts',
  'sync-server/order-manager.ts',
  'pwa/src/components/OrderManager.svelte',
  'sync-server/managers/order.ts',
  'schemas/common/a.ts',
  'schemas/orderTotal.ts',
  'pwa/src/components/basket-line.svelte',
])('the name %s is refused', (path) => {
  expect(broken(names, { [path]: 'x();' })).toEqual([`${path}:1`]);
});

test.each([
  'pwa/src/routes/manage/+page.svelte',
  'sync-server/auth/manager-session.ts',
  'e2e/journeys/manager.spec.ts',
  'pwa/src/routes/receipt/[entry]/+page.ts',
  'pwa/src/state/basket.svelte.ts',
  'pwa/src/components/BasketLine.svelte',
  'pwa/messages/zh-Hans.json',
  'schemas/journal/SPEC.md',
  '.ci/run',
])('the name %s is good', (path) => {
  expect(broken(names, { [path]: '' })).toEqual([]);
});

test('a barrel is found, a file that also does something is not', () => {
  expect(broken(names, { 'schemas/all.ts': "export { a } from './a.ts';\nexport * from './b.ts';" })).toHaveLength(1);
  expect(broken(names, { 'schemas/a.ts': "export { a } from './a.ts';\nexport const b = 1;" })).toEqual([]);
});

test('a cited document that is not in the tree is found, in comments and in documents', () => {
  const files = {
    'schemas/a.ts': "// see SPEC.md\n/* and\n   ../GONE.md */\nconst path = 'not-cited.md';",
    'schemas/SPEC.md': 'see [there](../README.md) and `LOST.md`',
    'README.md': 'https://example.org/OTHER.md and schemas/SPEC.md',
  };
  expect(broken(documents, files)).toEqual(['schemas/a.ts:3', 'schemas/SPEC.md:1']);
});

test.each(['// TODO later', '// FIXME', '// @ts-ignore', '// @ts-expect-error'])('"%s" is found', (text) => {
  expect(broken(noLeavings, { 'schemas/a.ts': `x();\n${text}` })).toEqual(['schemas/a.ts:2']);
});

const inAll = (text: string) => ({ 'pwa/messages/en.json': text, 'pwa/messages/zh-Hans.json': text });

test('a missing language, a missing message, another placeholder and an unused message are found', () => {
  const text = '{\n"a": "{count} left",\n"error_full": "Full"\n}';
  const code = { 'pwa/src/a.ts': 'm.a({ count }); m[`error_${code}`]();' };
  const whole = { ...inAll(text), 'pwa/messages/zh-Hant.json': text };
  expect(broken(messages, { ...whole, ...code })).toEqual([]);
  expect(broken(messages, { ...inAll(text), ...code })).toEqual(['pwa/messages/zh-Hant.json:1']);
  const missing = { ...whole, 'pwa/messages/zh-Hant.json': '{\n"a": "{count}"\n}' };
  expect(broken(messages, { ...missing, ...code })).toEqual(['pwa/messages/zh-Hant.json:1']);
  const other = { ...whole, 'pwa/messages/zh-Hant.json': text.replace('{count}', '{number}') };
  expect(broken(messages, { ...other, ...code })).toEqual(['pwa/messages/zh-Hant.json:2']);
  expect(broken(messages, { ...whole, 'pwa/src/a.ts': 'm.a({ count });' })).toEqual(['pwa/messages/en.json:3']);
});

test('the placeholders of all variants of a message count together', () => {
  const plural = '{"a": [{"match": {"n=one": "one in {place}", "n=other": "{n} in {place}"}}]}';
  const files = { ...inAll(plural), 'pwa/messages/zh-Hant.json': '{"a": "{place}: {n}"}', 'pwa/src/a.ts': 'm.a()' };
  expect(broken(messages, files)).toEqual([]);
});

test.each([
  '<p>\n  Hello</p>',
  '\n<input placeholder="Search" />',
  '{#if a}\n<b>yes</b>{/if}',
  "\n<p>{open ? 'open' : m.closed()}</p>",
  '\n<p>{`${count} left`}</p>',
  '\n<A title="Basket" />',
])('text outside the message files is found: %s', (text) => {
  expect(broken(templateText, { 'pwa/src/A.svelte': text })).toEqual(['pwa/src/A.svelte:2']);
});

test.each([
  '<p class="big" data-kind="line">{m.hello()} × {count}</p>',
  "<A kind={kind === 'sale' ? 'one' : 'two'} />",
  "<p>{format('total', amount)}</p>",
  '<code translate="no">EAN-13</code>',
  '<script>const a = "text";</script><style>p { color: red; }</style><!-- a note -->',
])('other text is let be: %s', (text) => {
  expect(broken(templateText, { 'pwa/src/A.svelte': text })).toEqual([]);
});
