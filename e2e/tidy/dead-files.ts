import { posix } from 'node:path';
import ts from 'typescript';
import {
  importsOf,
  isCode,
  isGenerated,
  isTest,
  resolveSpecifier,
  type SourceFile,
  scriptsOf,
  type Violation,
  walk,
} from './source-tree.ts';

/** Files that are run or read by name, not imported. */
const entryPoints = [
  /^pwa\/src\/routes\/.*\/?\+[^/]+\.(svelte|ts|js)$/,
  /^pwa\/src\/(service-worker|hooks(\.client|\.server)?|app\.d)\.ts$/,
  /^pwa\/vite\.config\.ts$/,
  /^[^/]+\.config\.(ts|js)$/,
  /^e2e\/playwright\.config\.ts$/,
  /^sync-server\/main\.ts$/,
  /\.d\.ts$/,
];

/** Every code and style file is reached from a route, a test, a program or a script of package.json. */
export function deadFiles(tree: SourceFile[]): Violation[] {
  const files = new Map(tree.map((file) => [file.path, file]));
  const scripts = files.get('package.json')?.text ?? '';
  const isEntry = (path: string) =>
    isTest(path) || scripts.includes(path) || entryPoints.some((pattern) => pattern.test(path));

  const live = new Set([...files.keys()].filter(isEntry));
  // A set grows while it is walked: what is added is visited too.
  for (const path of live) {
    const file = files.get(path);
    if (!file) continue;
    for (const target of referencesOf(file)) if (files.has(target)) live.add(target);
  }
  return [...files.keys()]
    .filter(
      (path) => (isCode(path) || path.endsWith('.css')) && path.includes('/') && !isGenerated(path) && !live.has(path),
    )
    .map((path) => ({ path, line: 1, message: 'nothing imports or runs this file: use it, or delete it.' }));
}

/** What a file names: its imports, and every string that is the path of a file (workers, set-up files, child programs). */
function referencesOf(file: SourceFile): string[] {
  if (!isCode(file.path)) return [];
  const imports = importsOf(file).map(({ specifier }) => specifier);
  const strings: string[] = [];
  for (const script of scriptsOf(file)) {
    walk(script, (node) => {
      if (ts.isStringLiteralLike(node) && /\.(ts|js|svelte|css)$/.test(node.text)) strings.push(node.text);
    });
  }
  return [...imports, ...strings].flatMap((name) => {
    const resolved = resolveSpecifier(file.path, name) ?? posix.join(posix.dirname(file.path), name);
    // Programs run at the repository's top may name files from there.
    return [resolved, posix.normalize(name)];
  });
}
