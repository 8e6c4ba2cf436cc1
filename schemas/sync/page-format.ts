import { assert } from '../assert.ts';

/**
 * A page: immutable rows of one table, sorted by key, found by binary search without parsing the others. Little-endian:
 *
 *   u32 magic "OCP1" · u32 rows · u32 distinct · u32 keyBytes · u32 valueBytes
 *   u32[rows + 1] key offsets · u32[rows] value index · u32[distinct + 1] value offsets · key bytes · value bytes
 *
 * Keys are ASCII (schemas/text.ts `key`, joined by `|` or `.`), so byte order, UTF-16 order and C collation agree.
 * Equal values are stored once: the units of one delivery share one value. So that values can be equal, they leave out
 * what the key says; `rowOfPage` of rows/page-value.ts makes the whole row.
 */
const magic = 0x3150434f;
const headerBytes = 20;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Packs rows; each is [key, JSON text]. Throws when keys are not strictly ascending. */
export function encodePage(rows: readonly (readonly [string, string])[]): Uint8Array<ArrayBuffer> {
  const indexByValue = new Map<string, number>();
  const valueIndex = new Uint32Array(rows.length);
  let previous: string | null = null;
  rows.forEach(([rowKey, json], at) => {
    assert(previous === null || previous < rowKey, 'keys of a page ascend');
    previous = rowKey;
    let index = indexByValue.get(json);
    if (index === undefined) {
      index = indexByValue.size;
      indexByValue.set(json, index);
    }
    valueIndex[at] = index;
  });
  const keys = encoder.encode(rows.map(([rowKey]) => rowKey).join(''));
  const keyOffsets = new Uint32Array(rows.length + 1);
  rows.forEach(([rowKey], at) => {
    keyOffsets[at + 1] = (keyOffsets[at] ?? 0) + rowKey.length;
  });
  assert(keyOffsets[rows.length] === keys.length, 'keys are ASCII');
  const values = [...indexByValue.keys()].map((json) => encoder.encode(json));
  const valueOffsets = new Uint32Array(values.length + 1);
  values.forEach((value, at) => {
    valueOffsets[at + 1] = (valueOffsets[at] ?? 0) + value.length;
  });
  const valueBytes = valueOffsets[values.length] ?? 0;
  const header = new Uint32Array([magic, rows.length, values.length, keys.length, valueBytes]);
  const page = new Uint8Array(
    headerBytes + 4 * (rows.length + 1 + rows.length + values.length + 1) + keys.length + valueBytes,
  );
  let at = 0;
  for (const part of [header, keyOffsets, valueIndex, valueOffsets]) {
    page.set(new Uint8Array(part.buffer), at);
    at += part.byteLength;
  }
  page.set(keys, at);
  at += keys.length;
  for (const value of values) {
    page.set(value, at);
    at += value.length;
  }
  return page;
}

/** Reads a page in place; nothing is parsed but what is asked for. Throws InvariantError on bytes that are no page. */
export class PageReader {
  readonly rows: number;
  readonly #keyOffsets: Uint32Array;
  readonly #valueIndex: Uint32Array;
  readonly #valueOffsets: Uint32Array;
  readonly #keys: Uint8Array;
  readonly #values: Uint8Array;

  constructor(bytes: ArrayBuffer) {
    assert(bytes.byteLength >= headerBytes, 'a page has a header');
    const [mark = 0, rows = 0, distinct = 0, keyBytes = 0, valueBytes = 0] = new Uint32Array(bytes, 0, 5);
    assert(mark === magic, 'a page begins with OCP1');
    const tables = 4 * (rows + 1 + rows + distinct + 1);
    assert(bytes.byteLength === headerBytes + tables + keyBytes + valueBytes, 'a page is as long as it says');
    this.rows = rows;
    this.#keyOffsets = new Uint32Array(bytes, headerBytes, rows + 1);
    this.#valueIndex = new Uint32Array(bytes, headerBytes + 4 * (rows + 1), rows);
    this.#valueOffsets = new Uint32Array(bytes, headerBytes + 4 * (2 * rows + 1), distinct + 1);
    this.#keys = new Uint8Array(bytes, headerBytes + tables, keyBytes);
    this.#values = new Uint8Array(bytes, headerBytes + tables + keyBytes, valueBytes);
  }

  keyAt(at: number): string {
    return decoder.decode(this.#keys.subarray(this.#keyOffsets[at], this.#keyOffsets[at + 1]));
  }

  /** The parsed row at a position. */
  valueAt(at: number): unknown {
    const index = this.#valueIndex[at] ?? 0;
    return JSON.parse(decoder.decode(this.#values.subarray(this.#valueOffsets[index], this.#valueOffsets[index + 1])));
  }

  /** Position of the first key that is not before `wanted`. */
  lowerBound(wanted: string): number {
    let low = 0;
    let high = this.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareKey(middle, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Negative, zero or positive as a key sorts before, at or after `wanted`; keys are ASCII, so nothing is decoded. */
  #compareKey(at: number, wanted: string): number {
    const from = this.#keyOffsets[at] as number;
    const length = (this.#keyOffsets[at + 1] as number) - from;
    const shared = Math.min(length, wanted.length);
    for (let index = 0; index < shared; index++) {
      const difference = (this.#keys[from + index] as number) - wanted.charCodeAt(index);
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  }

  /** Positions of the rows whose value's JSON contains an ASCII text, found without parsing any. */
  positionsOf(searched: string): number[] {
    const values = new TextDecoder('latin1').decode(this.#values);
    const found = new Set<number>();
    let index = 0;
    for (let at = values.indexOf(searched); at >= 0; at = values.indexOf(searched, at + 1)) {
      while ((this.#valueOffsets[index + 1] as number) <= at) index++;
      // Not across the border of two values.
      if (at + searched.length <= (this.#valueOffsets[index + 1] as number)) found.add(index);
    }
    const positions: number[] = [];
    for (let at = 0; at < this.rows && found.size > 0; at++) {
      if (found.has(this.#valueIndex[at] as number)) positions.push(at);
    }
    return positions;
  }

  /** The row of a key, parsed, or undefined. */
  find(wanted: string): unknown {
    const at = this.lowerBound(wanted);
    return at < this.rows && this.#compareKey(at, wanted) === 0 ? this.valueAt(at) : undefined;
  }
}

/** FNV-1a over the key: where pages are cut depends on keys alone, so an insertion changes one page. */
function keyHash(rowKey: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < rowKey.length; at++) hash = Math.imul(hash ^ rowKey.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Whether a new page begins at this key, after `rowsSoFar` in the current one; pages hold `target` rows on average, at most 4 ×. */
export function cutsBefore(rowKey: string, rowsSoFar: number, target: number): boolean {
  if (rowsSoFar === 0) return false;
  return rowsSoFar >= target * 4 || (rowsSoFar >= target / 4 && keyHash(rowKey) % target === 0);
}
