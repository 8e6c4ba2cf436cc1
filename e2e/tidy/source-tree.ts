import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** One file of the repository; `path` is relative to its top, with slashes. */
export interface SourceFile {
  path: string;
  text: string;
}

/** A broken rule: where, and what to do about it. */
export interface Violation {
  path: string;
  line: number;
  message: string;
}

export const repositoryRoot = dirname(dirname(import.meta.dirname));

const notOurs = new Set(['node_modules', '.git', '.onecode', '.svelte-kit', 'build', 'paraglide', 'test-results']);
const textFile = /(^LICENSE|\.(ts|js|svelte|css|html|json|md|sql|csv|webmanifest|svg))$/;

/** Every text file that people write, and the names of all others with an empty text. */
export function readTree(folder = repositoryRoot, prefix = ''): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): SourceFile[] => {
    if (notOurs.has(entry.name)) return [];
    const path = prefix + entry.name;
    if (entry.isDirectory()) return readTree(join(folder, entry.name), `${path}/`);
    return [{ path, text: textFile.test(entry.name) ? readFileSync(join(folder, entry.name), 'utf8') : '' }];
  });
}

export function isTest(path: string): boolean {
  return /\.(test|spec)\.ts$/.test(path);
}

export function isCode(path: string): boolean {
  return /\.(ts|js|svelte)$/.test(path) && !path.endsWith('.d.ts');
}

/** Written by a program, or data: no rule of style binds it. */
export function isGenerated(path: string): boolean {
  return /(^|\/)(migrations|fixtures)\//.test(path);
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** A part of a file that is TypeScript: the whole file, or a component's script; `firstLine` counts from 1. */
export interface Script {
  source: ts.SourceFile;
  firstLine: number;
}

/** The scripts of a code file: one for a module, none to two for a component. */
export function scriptsOf(file: SourceFile): Script[] {
  if (!file.path.endsWith('.svelte')) return [{ source: parseScript(file.path, file.text), firstLine: 1 }];
  const { module, instance } = parse(file.text, { modern: true });
  return [module, instance].flatMap((script) => {
    if (!script) return [];
    // The node of a script's content knows its place in the file.
    const { start, end } = script.content as unknown as { start: number; end: number };
    return [
      { source: parseScript(`${file.path}.ts`, file.text.slice(start, end)), firstLine: lineAt(file.text, start) },
    ];
  });
}

function parseScript(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

export function lineOf(script: Script, node: ts.Node): number {
  return script.source.getLineAndCharacterOfPosition(node.getStart()).line + script.firstLine;
}

/** Calls `visit` on every node of the script. */
export function walk(script: Script, visit: (node: ts.Node) => void): void {
  const descend = (node: ts.Node) => {
    visit(node);
    ts.forEachChild(node, descend);
  };
  descend(script.source);
}

/** An import, export-from or dynamic import of a file: what is named, where, and whether it is gone at run time. */
export interface ModuleImport {
  specifier: string;
  line: number;
  isTypeOnly: boolean;
}

export function importsOf(file: SourceFile): ModuleImport[] {
  return scriptsOf(file).flatMap((script) => {
    const found: ModuleImport[] = [];
    walk(script, (node) => {
      const specifier = specifierOf(node);
      if (specifier) found.push({ ...specifier, line: lineOf(script, node) });
    });
    return found;
  });
}

function specifierOf(node: ts.Node): { specifier: string; isTypeOnly: boolean } | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return {
      specifier: node.moduleSpecifier.text,
      isTypeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, isTypeOnly: node.isTypeOnly };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument && ts.isStringLiteralLike(argument)) return { specifier: argument.text, isTypeOnly: false };
  }
  return null;
}

/** The repository path that a specifier in `from` names, or null for a package; package.json's `imports` say the same. */
export function resolveSpecifier(from: string, specifier: string): string | null {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith('#pwa/')) return `pwa/src/${path.slice('#pwa/'.length)}`;
  if (path.startsWith('#')) return path.slice(1);
  if (path.startsWith('.')) return posix.join(posix.dirname(from), path);
  return null;
}
