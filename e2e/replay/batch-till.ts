import { createHash } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { type Entry, entryId, type UnsealedEntry } from '#schemas/journal/envelope.ts';
import { entryVersionOf, type Fact } from '#schemas/journal/kinds.ts';
import { genesisHash, sealEntry } from '#schemas/journal/seal.ts';
import type { PairAnswer } from '#schemas/sync/pairing.ts';
import { protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { operatorId, type Pairing, type ReplayTill } from './replay-till.ts';

const maxBatchEntries = 200;
const maxBatchChars = 2_000_000;
const encoder = new TextEncoder();

/** Sends entries in batches as a replicator does; the next batch is sealed while one is on its way. */
export class BatchTill implements ReplayTill {
  readonly #paired: PairAnswer;
  readonly #signingKey: CryptoKey;
  readonly #baseUrl: string;
  readonly #onPosted: (entries: number) => void;
  #batch: Entry[] = [];
  #batchChars = 0;
  #onItsWay: Promise<void> = Promise.resolve();
  #sequence = 0;
  #hash = '';
  #orderedAtMs = 0;

  constructor(baseUrl: string, { paired, signingKey }: Pairing, onPosted: (entries: number) => void) {
    this.#baseUrl = baseUrl;
    this.#paired = paired;
    this.#signingKey = signingKey;
    this.#onPosted = onPosted;
  }

  get tillNumber(): number {
    return this.#paired.tillNumber;
  }

  async commit(fact: Fact, atMs: number): Promise<void> {
    const entry = await this.#seal(fact, atMs);
    this.#batch.push(entry);
    this.#batchChars += JSON.stringify(entry).length;
    if (this.#batch.length >= maxBatchEntries || this.#batchChars >= maxBatchChars) await this.#send();
  }

  async #seal(fact: Fact, atMs: number): Promise<Entry> {
    const { storeId, tillNumber } = this.#paired;
    if (this.#sequence === 0) this.#hash = await genesisHash(storeId, tillNumber);
    const sequence = this.#sequence + 1;
    const draft: UnsealedEntry = {
      _id: entryId(tillNumber, sequence),
      version: entryVersionOf(fact.kind),
      kind: fact.kind,
      storeId,
      tillNumber,
      sequence,
      previousHash: this.#hash,
      deviceAtMs: atMs,
      clockOffsetMs: 0,
      orderedAtMs: Math.max(this.#orderedAtMs + 1, atMs),
      operatorId,
      body: fact.body,
    };
    const entry = await sealEntry(draft, async (text) => {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const signature = await crypto.subtle.sign(algorithm, this.#signingKey, encoder.encode(text));
      return Buffer.from(signature).toString('base64url');
    });
    this.#sequence = sequence;
    this.#hash = entry.hash;
    this.#orderedAtMs = entry.orderedAtMs;
    return entry;
  }

  async #send(): Promise<void> {
    const entries = this.#batch;
    this.#batch = [];
    this.#batchChars = 0;
    await this.#onItsWay;
    this.#onItsWay = this.#post(entries);
    // Its failure is thrown where it is waited for.
    this.#onItsWay.catch(() => undefined);
  }

  async #post(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const docs = entries.map((entry) => {
      const revision = createHash('md5').update(JSON.stringify(entry)).digest('hex');
      return { ...entry, _rev: `1-${revision}`, _revisions: { start: 1, ids: [revision] } };
    });
    const response = await fetch(`${this.#baseUrl}/sync/${this.#paired.storeId}/_bulk_docs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#paired.token}`,
        'content-type': 'application/json',
        [protocolHeader]: String(protocolVersion),
      },
      body: JSON.stringify({ docs, new_edits: false }),
    });
    const text = await response.text();
    // With `new_edits: false` the answer lists refusals only.
    assert(response.status === 201 && text.trim() === '[]', `every entry is taken: ${response.status} ${text}`);
    this.#onPosted(entries.length);
  }

  async flush(): Promise<void> {
    await this.#send();
    await this.#onItsWay;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
