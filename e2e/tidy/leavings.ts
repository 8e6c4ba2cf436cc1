import { isCode, type SourceFile, type Violation } from './source-tree.ts';

const leavings: [RegExp, string][] = [
  [/\b(TODO|FIXME|HACK)\b/, 'do it now, or open an issue'],
  [/@ts-(ignore|nocheck|expect-error)\b/, 'give it its real type'],
  [/biome-ignore-all/, 'silence one line, with its reason'],
];

/** Nothing is left for later in the code. */
export function noLeavings(tree: SourceFile[]): Violation[] {
  // The rules and their samples name what they forbid.
  const files = tree.filter(({ path }) => isCode(path) && !path.startsWith('e2e/tidy/'));
  return files.flatMap((file) =>
    file.text.split('\n').flatMap((text, index) =>
      leavings.flatMap(([pattern, advice]) => {
        const word = pattern.exec(text)?.[0];
        return word ? [{ path: file.path, line: index + 1, message: `"${word}": ${advice}.` }] : [];
      }),
    ),
  );
}
