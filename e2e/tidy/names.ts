import ts from 'typescript';
import { isCode, isGenerated, type SourceFile, scriptsOf, type Violation } from './source-tree.ts';

const vague = new Set(['util', 'utils', 'helper', 'helpers', 'common']);
/** The store's manager is a person of ours; a thing that manages things is not. */
const managing = /[a-z0-9][-_]?managers?(\.[a-z.]+)?$|[a-z]Managers?\b|(^|\/)managers?\//;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/;
const pascal = /^[A-Z][A-Za-z0-9]*\.svelte$/;
/** SvelteKit's own names: +page.svelte, [entry], (group). */
const routeName = /^(\+[a-z]+([@.][a-z.-]*)?\.(svelte|ts|js)|[[(].*[\])])$/;

const topLevel = new Set([
  ...['pwa', 'sync-server', 'schemas', 'printing', 'e2e', 'docs', 'package.json', 'svelte.config.js', 'README.md'],
  ...['package-lock.json', 'LICENSE', 'CONTRIBUTING.md', 'tsconfig.json', 'vitest.config.ts', 'biome.json'],
]);

/** Files are named after what they export, in kebab-case, components in PascalCase; the top level is fixed (design §4). */
export function names(tree: SourceFile[]): Violation[] {
  return tree.flatMap((file) => {
    const message =
      topViolation(file.path) ?? vagueViolation(file.path) ?? caseViolation(file.path) ?? barrelViolation(file);
    return message ? [{ path: file.path, line: 1, message }] : [];
  });
}

function topViolation(path: string): string | null {
  const [first = ''] = path.split('/');
  if (first.startsWith('.') || topLevel.has(first)) return null;
  return `"${first}" is not one of the fixed names of the top level: put it into one of its folders.`;
}

function vagueViolation(path: string): string | null {
  const word = path
    .split(/[/.\-_]/)
    .map((part) => part.toLowerCase())
    .find((part) => vague.has(part));
  if (!word && managing.test(path)) return '"manager" says nothing about what it does: name it after what it exports.';
  return word ? `"${word}" says nothing about what is in it: name it after what it exports.` : null;
}

function caseViolation(path: string): string | null {
  const name = path.split('/').at(-1) ?? '';
  if (!isCode(path) || isGenerated(path) || routeName.test(name)) return null;
  if (path.endsWith('.svelte')) return pascal.test(name) ? null : 'components are named in PascalCase.';
  return kebab.test(name) ? null : 'files are named in kebab-case.';
}

function barrelViolation(file: SourceFile): string | null {
  if (!/\.(ts|js)$/.test(file.path)) return null;
  const statements = scriptsOf(file).flatMap((script) => [...script.source.statements]);
  const isBarrel =
    statements.length > 0 &&
    statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier);
  return isBarrel ? 'a barrel: import the files that define the things, and delete this one.' : null;
}
