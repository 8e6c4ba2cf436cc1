import { assert } from '../assert.ts';

const encoder = new TextEncoder();
const maxRows = 65_535;
/** 49 bits: a number holds 53. */
const headCharacters = 7;

/**
 * The keys (member-search.ts) of the rows of one page, sorted by their UTF-8 bytes: what begins with a text stands together. 80 bytes
 * a member, in four buffers that are stored and read as they are.
 */
export type MemberKeysPage = {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each key begins; one more than there are keys. */
  starts: Uint32Array<ArrayBuffer>;
  /** Whose key it is: the row's position in its page. */
  rows: Uint16Array<ArrayBuffer>;
};

/** `keysOfRows`: of each row in the order of the page. */
export function packMemberKeys(keysOfRows: readonly (readonly string[])[]): MemberKeysPage {
  assert(keysOfRows.length <= maxRows, 'positions of a page are of 16 bits');
  const all = keysOfRows.flatMap((keys, row) => keys.map((key) => ({ key, row, head: headOf(key) })));
  all.sort((a, b) => a.head - b.head || inCodePoints(a.key, b.key));
  const starts = new Uint32Array(all.length + 1);
  // A UTF-16 unit takes three bytes at most.
  const room = new Uint8Array(all.reduce((sum, { key }) => sum + key.length * 3, 0));
  let end = 0;
  all.forEach(({ key }, at) => {
    end += encoder.encodeInto(key, room.subarray(end)).written;
    starts[at + 1] = end;
  });
  return { bytes: room.slice(0, end), starts, rows: Uint16Array.from(all, ({ row }) => row) };
}

/**
 * The first characters as a number that sorts as they do, which most comparisons need no more than: ASCII of seven bits each, up to the
 * first character that is none.
 */
function headOf(key: string): number {
  let head = 0;
  let isAscii = true;
  for (let at = 0; at < headCharacters; at++) {
    const unit: number = isAscii && at < key.length ? key.charCodeAt(at) : 0;
    head = head * 128 + Math.min(unit, 127);
    isAscii &&= unit < 127;
  }
  return head;
}

/** UTF-8 bytes sort as code points do; UTF-16 units do not where surrogates are. */
function inCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shared) return a.length - b.length;
  // In the middle of a pair both begin with the same half: what follows decides as the whole does.
  return (a.codePointAt(at) ?? 0) - (b.codePointAt(at) ?? 0);
}

/** Positions of the rows of which all of these are beginnings of keys. */
export function rowsWithKeys(page: MemberKeysPage, wanted: readonly string[]): number[] {
  const [first = [], ...others] = wanted
    .map((start) => rowsBeginning(page, encoder.encode(start)))
    .sort((a, b) => a.length - b.length);
  const sets = others.map((rows) => new Set(rows));
  return [...new Set(first)].filter((row) => sets.every((set) => set.has(row)));
}

function rowsBeginning({ bytes, starts, rows }: MemberKeysPage, wanted: Uint8Array): number[] {
  let low = 0;
  let high = rows.length;
  const keyAt = (at: number) => bytes.subarray(starts[at], starts[at + 1]);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(keyAt(middle), wanted) < 0) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let at = low; at < rows.length && begins(keyAt(at), wanted); at++) found.push(rows[at] as number);
  return found;
}

function begins(key: Uint8Array, wanted: Uint8Array): boolean {
  return key.length >= wanted.length && compare(key.subarray(0, wanted.length), wanted) === 0;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
