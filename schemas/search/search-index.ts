import { assert } from '../assert.ts';
import {
  assertTable,
  compareAt,
  compareBytes,
  eachPosting,
  PostingWriter,
  packStrings,
  partitionPoint,
  type StringTable,
  stringAt,
} from './search-bytes.ts';
import { foldText, hanPairsOf, isHan, tokensOf } from './tokens.ts';

/**
 * A search index over SKUs: cut once by the server, read in place by every till. Little-endian:
 *
 *   u32 magic "OCS1" · u32 documents · u32 terms · u32 gtins · u32 idBytes · u32 termBytes · u32 postingBytes · u32 buckets
 *   f64[gtins] reversed GTINs, ascending · u32[gtins] their documents
 *   u32[documents + 1] id offsets · u32[documents] documents in order of their folded ids
 *   u32[terms + 1] term offsets · u32[terms + buckets + 1] posting offsets · id bytes · term bytes · posting bytes
 *
 * Documents are numbered by rank (shorter texts first), so the lower number wins among equals. Terms are UTF-8 in byte
 * order. Postings are ascending document numbers as varint gaps: of the terms, then of the buckets, which hold the
 * neighbouring pairs of Han characters by hash: they only rank, so a shared bucket does no harm, and a list of all pairs
 * would be a third of the file. A GTIN is kept reversed as a number, so that its last digits are a range.
 */
const magic = 0x3153434f;
const headerWords = 8;
const gtinLength = 14;
const mostBuckets = 65_536;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type SearchDocument = { skuId: string; texts: readonly string[]; gtins: readonly string[] };

/** A hit, with a GTIN of the SKU to show: `score` counts what matched beyond a prefix, exact codes are far above all. */
export type SearchHit = { skuId: string; score: number; gtin14: string | null };
const exactScore = 1_000;

function reversedGtin(digits: string): number {
  return Number([...digits].reverse().join(''));
}

/** FNV-1a over UTF-16 units. */
function bucketOf(pair: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < pair.length; at++) hash = Math.imul(hash ^ pair.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % buckets;
}

/** Documents by key, each once and ascending. */
class Postings {
  readonly byKey = new Map<string, number[]>();

  add(key: string, document: number): void {
    const documents = this.byKey.get(key);
    if (documents === undefined) this.byKey.set(key, [document]);
    else if (documents[documents.length - 1] !== document) documents.push(document);
  }
}

function packPairs(pairs: Postings): number[][] {
  const buckets = Math.min(mostBuckets, pairs.byKey.size);
  const merged = Array.from({ length: buckets }, () => new Set<number>());
  for (const [pair, documents] of pairs.byKey) {
    for (const document of documents) merged[bucketOf(pair, buckets)]?.add(document);
  }
  return merged.map((documents) => [...documents].sort((a, b) => a - b));
}

function packTerms(documents: readonly SearchDocument[]) {
  const tokens = new Postings();
  const pairs = new Postings();
  documents.forEach((document, number) => {
    for (const value of document.texts) {
      for (const token of tokensOf(value)) tokens.add(token, number);
      for (const pair of hanPairsOf(value)) pairs.add(pair, number);
    }
  });
  const terms = [...tokens.byKey]
    .map(([term, postings]) => ({ bytes: encoder.encode(term), postings }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes));
  const buckets = packPairs(pairs);
  const writer = new PostingWriter();
  const postingOffsets = new Uint32Array(terms.length + buckets.length + 1);
  [...terms.map((term) => term.postings), ...buckets].forEach((postings, at) => {
    writer.add(postings);
    postingOffsets[at + 1] = writer.length;
  });
  return {
    ...packStrings(terms.map((term) => term.bytes)),
    count: terms.length,
    buckets: buckets.length,
    postingOffsets,
    postings: writer.bytes(),
  };
}

function packGtins(documents: readonly SearchDocument[]) {
  const pairs = documents.flatMap((document, number) =>
    document.gtins.map((gtin14): [number, number] => {
      assert(/^\d{14}$/.test(gtin14), 'a GTIN is indexed as 14 digits');
      return [reversedGtin(gtin14), number];
    }),
  );
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { values: Float64Array.from(pairs, (pair) => pair[0]), documents: Uint32Array.from(pairs, (pair) => pair[1]) };
}

/** Builds the index; the order of `source` does not matter, the bytes are the same. SKU ids are unique. */
export function buildSearchIndex(source: Iterable<SearchDocument>): Uint8Array<ArrayBuffer> {
  const ranked = [...source]
    .map((document) => ({ document, length: document.texts.reduce((sum, value) => sum + value.length, 0) }))
    .sort((a, b) => a.length - b.length || (a.document.skuId < b.document.skuId ? -1 : 1));
  const documents = ranked.map((item) => item.document);
  const folded = documents.map((document) => foldText(document.skuId));
  const byId = Uint32Array.from(documents.keys()).sort((a, b) => {
    const [left, right] = [folded[a] as string, folded[b] as string];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  const gtins = packGtins(documents);
  const ids = packStrings(documents.map((document) => encoder.encode(document.skuId)));
  const terms = packTerms(documents);
  const header = new Uint32Array([
    magic,
    documents.length,
    terms.count,
    gtins.values.length,
    ids.bytes.length,
    terms.bytes.length,
    terms.postings.length,
    terms.buckets,
  ]);
  const numbers = [header, gtins.values, gtins.documents, ids.offsets, byId, terms.offsets, terms.postingOffsets];
  const parts = [
    ...numbers.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
    ids.bytes,
    terms.bytes,
    terms.postings,
  ];
  const index = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    index.set(part, at);
    at += part.length;
  }
  return index;
}

/** Reads an index in place. Throws InvariantError on bytes that are no index. */
export class SearchIndex {
  readonly documents: number;
  readonly #termCount: number;
  readonly #buckets: number;
  readonly #gtins: Float64Array;
  readonly #gtinDocuments: Uint32Array;
  readonly #ids: StringTable;
  readonly #byId: Uint32Array;
  readonly #terms: StringTable;
  readonly #postings: StringTable;
  /** Position in `#gtins` of a GTIN of each document, or −1; made when first asked for. */
  #gtinAt: Int32Array | null = null;
  /** Of the query at work: words matched, score, and the parts matched of the word in hand. */
  readonly #matched: Uint8Array;
  readonly #score: Uint16Array;
  readonly #parts: Uint8Array;

  constructor(bytes: ArrayBuffer) {
    assert(bytes.byteLength >= 4 * headerWords, 'a search index has a header');
    const header = new Uint32Array(bytes, 0, headerWords);
    const [mark, documents = 0, terms = 0, gtins = 0, idBytes = 0, termBytes = 0, postingBytes = 0, buckets = 0] =
      header;
    assert(mark === magic, 'a search index begins with OCS1');
    const wordsAfterGtins = gtins + (documents + 1) + documents + (terms + 1) + (terms + buckets + 1);
    const bytesAt = 4 * headerWords + 8 * gtins + 4 * wordsAfterGtins;
    assert(bytes.byteLength === bytesAt + idBytes + termBytes + postingBytes, 'a search index is as long as it says');
    let at = 4 * headerWords;
    const words = (length: number): Uint32Array => {
      const part = new Uint32Array(bytes, at, length);
      at += part.byteLength;
      return part;
    };
    this.documents = documents;
    this.#termCount = terms;
    this.#buckets = buckets;
    this.#gtins = new Float64Array(bytes, at, gtins);
    at += 8 * gtins;
    this.#gtinDocuments = words(gtins);
    const idOffsets = words(documents + 1);
    this.#byId = words(documents);
    const termOffsets = words(terms + 1);
    const postingOffsets = words(terms + buckets + 1);
    this.#ids = { offsets: idOffsets, bytes: new Uint8Array(bytes, at, idBytes) };
    this.#terms = { offsets: termOffsets, bytes: new Uint8Array(bytes, at + idBytes, termBytes) };
    this.#postings = { offsets: postingOffsets, bytes: new Uint8Array(bytes, at + idBytes + termBytes, postingBytes) };
    assertTable(this.#ids);
    assertTable(this.#terms);
    assertTable(this.#postings);
    this.#matched = new Uint8Array(documents);
    this.#score = new Uint16Array(documents);
    this.#parts = new Uint8Array(documents);
  }

  /** SKU ids, best first: every word of the text matches as a prefix, a SKU code's beginning or a GTIN's end. */
  query(searched: string, limit: number): string[] {
    return this.hits(searched, limit).map((hit) => hit.skuId);
  }

  /** As `query`, with scores, so that answers of two indexes can be merged. */
  hits(searched: string, limit: number): SearchHit[] {
    const words = foldText(searched.slice(0, 200))
      .split(/\s+/u)
      .filter((word) => word !== '')
      .slice(0, 12);
    this.#matched.fill(0);
    this.#score.fill(0);
    let count = 0;
    for (const word of words) if (this.#matchWord(word, count)) count++;
    return count === 0 ? [] : this.#best(count, limit);
  }

  /** A GTIN of a SKU, 14 digits, or null. */
  gtinOf(skuId: string): string | null {
    const document = this.#documentOf(skuId);
    return document === null ? null : this.#gtinOfDocument(document);
  }

  #gtinOfDocument(document: number): string | null {
    if (this.#gtinAt === null) {
      this.#gtinAt = new Int32Array(this.documents).fill(-1);
      for (let at = this.#gtins.length - 1; at >= 0; at--) this.#gtinAt[this.#gtinDocuments[at] as number] = at;
    }
    const at = this.#gtinAt[document] as number;
    return at < 0 ? null : [...String(this.#gtins[at]).padStart(gtinLength, '0')].reverse().join('');
  }

  #documentOf(skuId: string): number | null {
    const folded = foldText(skuId);
    const idAt = (at: number) => this.#id(this.#byId[at] as number);
    const from = partitionPoint(this.documents, (at) => foldText(idAt(at)) < folded);
    for (let at = from; at < this.documents && foldText(idAt(at)) === folded; at++) {
      if (idAt(at) === skuId) return this.#byId[at] as number;
    }
    return null;
  }

  /** Raises `#matched` to `stage + 1` for the documents that match the word too. False: the word says nothing (`-`). */
  #matchWord(word: string, stage: number): boolean {
    const tokens = tokensOf(word).slice(0, 24);
    const pairs = hanPairsOf(word).slice(0, 24);
    if (tokens.length > 0) this.#matchTokens(tokens, stage);
    const asCode = this.#matchSkuCode(word, stage);
    const asGtin = this.#matchGtin(word, stage);
    if (tokens.length === 0 && !asCode && !asGtin) return /[\p{L}\p{N}]/u.test(word);
    for (const pair of pairs) this.#raisePair(pair, stage + 1);
    return true;
  }

  #hit(document: number, stage: number, score: number): void {
    if (this.#matched[document] === stage) {
      this.#matched[document] = stage + 1;
      this.#score[document] = (this.#score[document] as number) + score;
    } else if (this.#matched[document] === stage + 1 && score >= exactScore) {
      this.#score[document] = (this.#score[document] as number) + score;
    }
  }

  #matchTokens(tokens: readonly string[], stage: number): void {
    const [only] = tokens;
    if (tokens.length === 1 && only !== undefined) {
      this.#eachOfToken(only, (document, whole) => this.#hit(document, stage, whole ? 1 : 0));
      return;
    }
    this.#parts.fill(0);
    tokens.forEach((token, part) => {
      const last = part === tokens.length - 1;
      this.#eachOfToken(token, (document, whole) => {
        if (this.#matched[document] !== stage || this.#parts[document] !== part) return;
        this.#parts[document] = part + 1;
        if (whole) this.#score[document] = (this.#score[document] as number) + 1;
        if (last) this.#matched[document] = stage + 1;
      });
    });
  }

  /** Documents of a token; the whole word comes first, since it sorts before all words that begin with it. */
  #eachOfToken(token: string, visit: (document: number, whole: boolean) => void): void {
    const wanted = encoder.encode(token);
    const exactOnly = isHan(token);
    for (let term = this.#lowerBound(wanted); term < this.#termCount; term++) {
      const bytes = stringAt(this.#terms, term);
      if (compareBytes(bytes.subarray(0, wanted.length), wanted) !== 0) return;
      const whole = bytes.length === wanted.length;
      this.#eachPosting(term, (document) => visit(document, whole));
      if (exactOnly) return;
    }
  }

  #raisePair(pair: string, stage: number): void {
    if (this.#buckets === 0) return;
    this.#eachPosting(this.#termCount + bucketOf(pair, this.#buckets), (document) => {
      if (this.#matched[document] === stage) this.#score[document] = (this.#score[document] as number) + 1;
    });
  }

  #matchSkuCode(word: string, stage: number): boolean {
    const idAt = (at: number) => foldText(this.#id(this.#byId[at] as number));
    const from = partitionPoint(this.documents, (at) => idAt(at) < word);
    const to = partitionPoint(this.documents, (at) => idAt(at) < word || idAt(at).startsWith(word));
    for (let at = from; at < to; at++) this.#hit(this.#byId[at] as number, stage, 0);
    // Folded ids may be equal (A1, a1); the exact ones are the first of the range.
    for (let at = from; at < to && idAt(at) === word; at++) this.#hit(this.#byId[at] as number, stage, exactScore);
    return to > from;
  }

  /** The last digits of a GTIN (4 or more), or a whole one of 8, 12, 13 or 14 digits, which is exact. */
  #matchGtin(word: string, stage: number): boolean {
    if (!/^\d{4,14}$/.test(word)) return false;
    const exact = word.length === 8 || word.length >= 12 ? reversedGtin(word.padStart(gtinLength, '0')) : -1;
    const scale = 10 ** (gtinLength - word.length);
    const from = reversedGtin(word) * scale;
    const first = partitionPoint(this.#gtins.length, (at) => (this.#gtins[at] as number) < from);
    let found = false;
    for (let at = first; at < this.#gtins.length && (this.#gtins[at] as number) < from + scale; at++) {
      const document = this.#gtinDocuments[at] as number;
      assert(document < this.documents, 'a GTIN of a search index has a document');
      this.#hit(document, stage, this.#gtins[at] === exact ? exactScore : 1);
      found = true;
    }
    return found;
  }

  #best(count: number, limit: number): SearchHit[] {
    const numbersByScore = new Map<number, number[]>();
    const [matched, scores] = [this.#matched, this.#score];
    // Most documents of a broad search have one score, whose best are soon known.
    let fullScore = -1;
    for (let document = 0; document < matched.length; document++) {
      if (matched[document] !== count) continue;
      const score = scores[document] as number;
      if (score === fullScore) continue;
      const numbers = numbersByScore.get(score) ?? [];
      numbersByScore.set(score, numbers);
      if (numbers.length < limit) numbers.push(document);
      else fullScore = score;
    }
    return [...numbersByScore]
      .sort((a, b) => b[0] - a[0])
      .flatMap(([score, numbers]) => numbers.map((document) => ({ score, document })))
      .slice(0, limit)
      .map(({ score, document }) => ({ score, skuId: this.#id(document), gtin14: this.#gtinOfDocument(document) }));
  }

  #id(document: number): string {
    assert(document < this.documents, 'a search index names its own documents');
    return decoder.decode(stringAt(this.#ids, document));
  }

  /** Position of the first term that is not before `wanted`. */
  #lowerBound(wanted: Uint8Array): number {
    return partitionPoint(this.#termCount, (at) => compareAt(this.#terms, at, wanted) < 0);
  }

  #eachPosting(term: number, visit: (document: number) => void): void {
    eachPosting(stringAt(this.#postings, term), this.documents, visit);
  }
}
