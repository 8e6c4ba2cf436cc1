import { isTest, type SourceFile, type Violation } from './source-tree.ts';

const languages = ['en', 'zh-Hans', 'zh-Hant'];
const folder = 'pwa/messages';

type MessageFile = { path: string; text: string; messages: Record<string, unknown> };

/** All languages have the same messages with the same placeholders, and every message is shown somewhere. */
export function messages(tree: SourceFile[]): Violation[] {
  const files = languages.flatMap((language): MessageFile[] => {
    const file = tree.find(({ path }) => path === `${folder}/${language}.json`);
    return file ? [{ ...file, messages: JSON.parse(file.text) }] : [];
  });
  const missing = languages.filter((language) => !files.some(({ path }) => path === `${folder}/${language}.json`));
  const absent = missing.map((language) => ({
    path: `${folder}/${language}.json`,
    line: 1,
    message: 'this language has no messages: write the file.',
  }));
  return [...absent, ...files.flatMap((file) => differences(file, files)), ...unused(files, tree)];
}

function differences(file: MessageFile, all: MessageFile[]): Violation[] {
  const [english] = all;
  const keys = new Set(all.flatMap(({ messages }) => keysOf(messages)));
  return [...keys].flatMap((key): Violation[] => {
    const here = { path: file.path, line: lineOfKey(file, key) };
    if (!(key in file.messages)) return [{ ...here, message: `"${key}" is missing: translate it.` }];
    const wanted = placeholders(english?.messages[key]);
    const found = placeholders(file.messages[key]);
    if (!english || !(key in english.messages) || wanted === found) return [];
    return [{ ...here, message: `"${key}" has the placeholders {${found}}, English has {${wanted}}: use the same.` }];
  });
}

function unused(files: MessageFile[], tree: SourceFile[]): Violation[] {
  const [english] = files;
  if (!english) return [];
  const sources = tree.filter(({ path }) => /^pwa\/src\/.*\.(svelte|ts|js)$/.test(path) && !isTest(path));
  const code = sources.map(({ text }) => text).join('\n');
  const words = new Set(code.match(/[\w-]+/g));
  // A family of messages is looked up by a code: m[`error_${code}`].
  const families = [...code.matchAll(/`([a-z][\w]*_)\$\{/g)].map((match) => match[1] ?? '');
  return keysOf(english.messages)
    .filter((key) => !words.has(key) && !families.some((family) => key.startsWith(family)))
    .map((key) => ({
      path: english.path,
      line: lineOfKey(english, key),
      message: `"${key}" is shown nowhere: delete it in every language.`,
    }));
}

function keysOf(all: Record<string, unknown>): string[] {
  return Object.keys(all).filter((key) => key !== '$schema');
}

/** Sorted names in braces; of a message with variants, those of all variants together. */
function placeholders(message: unknown): string {
  const texts = typeof message === 'string' ? [message] : variantsOf(message);
  const found = texts.flatMap((text) => [...text.matchAll(/\{\s*(\w+)\s*\}/g)].map((match) => match[1]));
  return [...new Set(found)].sort().join(', ');
}

function variantsOf(message: unknown): string[] {
  const forms = Array.isArray(message) ? message : [message];
  return forms.flatMap((form: { match?: Record<string, string> } | undefined) => Object.values(form?.match ?? {}));
}

function lineOfKey(file: MessageFile, key: string): number {
  const lines = file.text.split('\n');
  const index = lines.findIndex((line) => line.includes(`${JSON.stringify(key)}:`));
  return index < 0 ? 1 : index + 1;
}
