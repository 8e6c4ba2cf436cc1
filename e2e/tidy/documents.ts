import { posix } from 'node:path';
import ts from 'typescript';
import { isCode, lineAt, type SourceFile, type Violation } from './source-tree.ts';

const citation = /(?<![\w/.:@-])(?:\.{0,2}\/)?[\w.-]+(?:\/[\w.-]+)*\.md\b/g;

/** Every document that a comment or another document cites is in the tree. */
export function documents(tree: SourceFile[]): Violation[] {
  const paths = tree.map((file) => file.path);
  return tree.flatMap((file) => {
    if (!isCode(file.path) && !file.path.endsWith('.md')) return [];
    const prose = file.path.endsWith('.md') ? file.text : commentsOf(file.text);
    return [...prose.matchAll(citation)].flatMap(([cited], index, all) => {
      if (isInTree(file.path, cited, paths)) return [];
      const line = lineAt(prose, all[index]?.index ?? 0);
      return [
        { path: file.path, line, message: `cites ${cited}, which is not in the tree: write it, or say it here.` },
      ];
    });
  });
}

function isInTree(from: string, cited: string, paths: string[]): boolean {
  const beside = posix.join(posix.dirname(from), cited);
  const name = cited.replace(/^(\.{0,2}\/)+/, '');
  return paths.some((path) => path === beside || path === name || path.endsWith(`/${name}`));
}

/** The text with everything but comments blanked out, so that lines keep their numbers. */
function commentsOf(text: string): string {
  const kept: string[] = text.split('').map((letter) => (letter === '\n' ? '\n' : ' '));
  const keep = (start: number, end: number) => {
    for (let at = start; at < end; at += 1) kept[at] = text[at] ?? ' ';
  };
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const isLine = token === ts.SyntaxKind.SingleLineCommentTrivia;
    if (isLine || token === ts.SyntaxKind.MultiLineCommentTrivia) keep(scanner.getTokenStart(), scanner.getTokenEnd());
  }
  for (const comment of text.matchAll(/<!--[\s\S]*?-->/g)) keep(comment.index, comment.index + comment[0].length);
  return kept.join('');
}
