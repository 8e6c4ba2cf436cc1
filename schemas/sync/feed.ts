import { z } from 'zod';
import { hashSchema } from '../journal/envelope.ts';
import { type FeedTable, feedTableNames, storeConfigSchema } from '../rows/rows.ts';
import { text } from '../text.ts';
import { tillInstructionSchema } from './instruction.ts';
import { postedSchema } from './posted.ts';
import { protocolSchema } from './protocol.ts';

const countSchema = z.number().int().min(0);

/** Up to which change of chain and store the rows are. Both counters are gapless and committed in order (F1). */
export const cursorSchema = z.object({ chain: countSchema, store: countSchema });
export type Cursor = z.infer<typeof cursorSchema>;

export const pageRefSchema = z.object({
  /** SHA-256 of the page's bytes, hex: its name, for ever. */
  hash: hashSchema,
  rows: countSchema,
  /** Uncompressed. */
  bytes: countSchema,
  firstKey: z.string().max(120),
  lastKey: z.string().max(120),
});
export type PageRef = z.infer<typeof pageRefSchema>;

const tableNameSchema = z.enum(feedTableNames as [FeedTable, ...FeedTable[]]);

/** `GET /feed/:store/manifest`: which pages make the snapshot. Pages of a table are in key order and do not overlap. */
export const manifestSchema = z.object({
  protocol: protocolSchema,
  serverTimeMs: z.number().int(),
  /** Deltas go on from here. */
  cursor: cursorSchema,
  tables: z.partialRecord(tableNameSchema, z.array(pageRefSchema).max(20_000)),
  /** The search index over `sku` and `gtin` as of the same pages; null while there are no SKUs. */
  search: pageRefSchema.nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * `GET /feed/:store/delta?chain=&store=&waitMs=&config=`: all rows changed after the cursor, in one answer. Waits up to
 * `waitMs` for the first change. `config` is sent when its version differs from the one the till names.
 */
export const deltaSchema = z.object({
  protocol: protocolSchema,
  serverTimeMs: z.number().int(),
  cursor: cursorSchema,
  /** Key → row, or null when it is gone. */
  rows: z.partialRecord(tableNameSchema, z.array(z.tuple([z.string().max(120), z.unknown()]))),
  posted: postedSchema,
  /** The latest hybrid logical clock of the store: the till's next entry is later. */
  orderedAtMs: countSchema,
  configVersion: z.string().max(64),
  config: storeConfigSchema.nullable(),
  /** true: too much has changed to send; rows are empty, the cursor is the one asked with: load the manifest anew. */
  reload: z.boolean(),
  /** The server has newer pages than the till's deltas grew from; fetch them when idle. */
  pagesAt: cursorSchema,
  /** What the back office calls the till. */
  tillName: text(80),
  /** What the till is asked to do, until it has done it. */
  instruction: tillInstructionSchema.nullable(),
});
export type Delta = z.infer<typeof deltaSchema>;
/** More changed rows than this are a reload. */
export const maxDeltaRows = 20_000;
