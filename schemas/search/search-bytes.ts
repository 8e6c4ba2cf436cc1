import { assert } from '../assert.ts';

/** Negative, zero or positive as `left` sorts before, equal to or after `right`, byte by byte. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Writes ascending numbers as varint gaps (LEB128 of the difference − 1). */
export class PostingWriter {
  #bytes = new Uint8Array(1 << 16);
  length = 0;

  add(ascending: readonly number[]): void {
    let previous = -1;
    for (const value of ascending) {
      this.#gap(value - previous - 1);
      previous = value;
    }
  }

  #gap(value: number): void {
    if (this.length + 5 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Reads what PostingWriter wrote; numbers at or above `bound` break the invariant. */
export function eachPosting(postings: Uint8Array, bound: number, visit: (value: number) => void): void {
  let value = -1;
  for (let at = 0; at < postings.length; ) {
    let gap = 0;
    let scale = 1;
    let byte = 0x80;
    while (byte >= 0x80 && at < postings.length) {
      byte = postings[at++] as number;
      gap += (byte & 0x7f) * scale;
      scale *= 0x80;
    }
    value += gap + 1;
    assert(value < bound, 'a posting of a search index has a document');
    visit(value);
  }
}

/** Byte strings one after the other: `offsets[n]` … `offsets[n + 1]` is the nth. */
export type StringTable = { offsets: Uint32Array; bytes: Uint8Array };

export function packStrings(values: readonly Uint8Array[]): StringTable {
  const offsets = new Uint32Array(values.length + 1);
  values.forEach((value, at) => {
    offsets[at + 1] = (offsets[at] as number) + value.length;
  });
  const bytes = new Uint8Array(offsets[values.length] as number);
  values.forEach((value, at) => {
    bytes.set(value, offsets[at]);
  });
  return { offsets, bytes };
}

/** Checks that offsets begin at 0, ascend, and end where their bytes do: after that no read leaves the table. */
export function assertTable({ offsets, bytes }: StringTable): void {
  assert(
    offsets[0] === 0 && offsets[offsets.length - 1] === bytes.length,
    'offsets of a search index span their bytes',
  );
  for (let at = 1; at < offsets.length; at++) {
    assert((offsets[at - 1] as number) <= (offsets[at] as number), 'offsets of a search index ascend');
  }
}

export function stringAt({ offsets, bytes }: StringTable, at: number): Uint8Array {
  return bytes.subarray(offsets[at], offsets[at + 1]);
}

/** As `compareBytes` of the nth string and `wanted`, without making a view of it. */
export function compareAt({ offsets, bytes }: StringTable, at: number, wanted: Uint8Array): number {
  const from = offsets[at] as number;
  const length = (offsets[at + 1] as number) - from;
  const shared = Math.min(length, wanted.length);
  for (let index = 0; index < shared; index++) {
    const difference = (bytes[from + index] as number) - (wanted[index] as number);
    if (difference !== 0) return difference;
  }
  return length - wanted.length;
}

/** First position in 0 … length for which `isBefore` is false; it is true for all positions before. */
export function partitionPoint(length: number, isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
