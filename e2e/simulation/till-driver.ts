import type { Entry } from '#schemas/journal/envelope.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { Happening } from './shop.ts';

/** What a till shows: base rows + pending effects. */
export type View = { onHand: Map<string, number>; units: Map<string, UnitRow | null> };

/**
 * One simulated tablet. Two drivers: the thin till (the pure core and the wire, all in memory) and the real one (the code
 * of the PWA on a fake IndexedDB). The simulation knows them by this alone.
 */
export type TillDriver = {
  /** Unique; the network knows it by this. */
  readonly owner: string;
  readonly storeId: string;
  readonly tillNumber: number;
  readonly up: boolean;
  /** What its clock shows beyond the true time. */
  skewMs: number;
  /** Whether it also writes what no till of today writes: unknown kinds, sums that differ. */
  readonly writesAnything: boolean;
  /** Puts an entry on record, as the clerk's tap does. */
  commit(happening: Happening): Promise<Entry>;
  /** Begins an exchange with the server, if none is going on. Not awaited: its messages wait in the network. */
  beginSync(): void;
  /** Begins to load the snapshot anew. */
  beginReload(): void;
  /** Dies: what was only in memory is gone, and so is every exchange under way. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  /** Dies so many turns after it began to put an entry on record. Answers the entry if it is there. */
  commitAndDie(happening: Happening, turns: number): Promise<Entry | null>;
  /** While it is down: its rows are gone, its journal is not. */
  evictRows(): Promise<void>;
  /** What the row feed brings cannot be written, or can again. */
  fillDisk(isFull: boolean): void;
  view(): Promise<View>;
  /** Own entries, as they are in durable storage, in order. */
  entries(): Promise<Entry[]>;
  /** Ids of the other tills' entries that were pulled. */
  pulledIds(): Promise<string[]>;
  /** Own entries that the till does not know to be posted: what its view has on top of the base rows. */
  pendingIds(): string[];
  /** What it says of itself, for a failure's message. */
  state(): string;
  /** The store's revision that the base rows hold; null when the driver cannot tell. */
  baseRevision(): number | null;
  /** All rows of the base, by table and key, for comparing at rest; null when the driver cannot tell. */
  baseRows(): Map<string, Map<string, unknown>> | null;
  close(): Promise<void>;
};

/** What pairing gave: with it a driver speaks for its till. */
export type Pairing = {
  storeId: string;
  tillNumber: number;
  token: string;
  pinKey: string;
  keys: CryptoKeyPair;
};
