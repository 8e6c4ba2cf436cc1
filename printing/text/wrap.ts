// Where a line may break: between words of Latin, between any two Han characters, and never so that a line starts with
// what closes or ends with what opens (the common part of GB/T 15834, the Taiwanese rules and UAX #14).
import { assert } from '#schemas/assert.ts';

const PIECES =
  /[ ]+|[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\u3000-\u303f\uff00-\uff60]|[^ \p{scx=Han}\p{scx=Hira}\p{scx=Kana}\u3000-\u303f\uff00-\uff60]+/gu;
const CLOSING = /^[!%),.:;?\]}”’、。〉》」』】〕〗！％），．：；？］｝·…～]/u;
const OPENING = /[([{“‘〈《「『【〔〖（［｛$¥￥£]$/u;
const ELLIPSIS = '…';

/** White space and what cannot be seen (controls, directions, joiners of nothing) to single spaces. */
export function plainLine(text: string): string {
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** The lines of a text, none wider than `width` by `widthOf`; where more than `mostLines` are needed the last ends in an ellipsis. */
export function wrapText(text: string, width: number, mostLines: number, widthOf: (line: string) => number): string[] {
  assert(mostLines >= 1, 'a text has a line');
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(plainLine(text), width, widthOf)) {
    if (line !== '' && widthOf((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line = line === '' ? piece.trimStart() : line + piece;
    }
  }
  if (line !== '') lines.push(line.trimEnd());
  if (lines.length <= mostLines) return lines;
  const shown = lines.slice(0, mostLines);
  return [...shown.slice(0, -1), withEllipsis(shown.at(-1) ?? '', width, widthOf)];
}

/** What stays together on a line; a piece that is wider than a line alone is cut between characters. */
function piecesOf(text: string, width: number, widthOf: (line: string) => number): string[] {
  const pieces: string[] = [];
  for (const piece of text.match(PIECES) ?? []) {
    const before = pieces.at(-1);
    const joins = before !== undefined && (CLOSING.test(piece) || OPENING.test(before));
    if (joins && widthOf(before + piece) <= width) pieces[pieces.length - 1] = before + piece;
    else if (widthOf(piece.trimEnd()) <= width) pieces.push(piece);
    else pieces.push(...cutToWidth(piece, width, widthOf));
  }
  return pieces;
}

function cutToWidth(piece: string, width: number, widthOf: (line: string) => number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(piece)) {
    if (part !== '' && widthOf(part + segment) > width) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

function withEllipsis(line: string, width: number, widthOf: (line: string) => number): string {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(line)].map(
    ({ segment }) => segment,
  );
  while (characters.length > 0 && widthOf(characters.join('').trimEnd() + ELLIPSIS) > width) characters.pop();
  return characters.join('').trimEnd() + ELLIPSIS;
}
