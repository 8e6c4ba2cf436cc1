import { maxEntryBytes } from '#schemas/journal/envelope.ts';
import type { PackedLine } from '#schemas/stock/delivery.ts';
import type { ResolvedRow } from './resolve-rows.ts';

/** What `delivery-announced` may hold: lines, and their JSON with room for the rest of the entry. */
const maxLines = 5_000;
const maxLineBytes = maxEntryBytes - 50_000;
const maxSerials = 10_000;
const maxQuantity = 1_000_000;

/** Lines that stay together: those of one carton, so that its code brings all of it; or one line that is in no carton. */
type Pack = { lines: PackedLine[]; bytes: number; firstRow: number };

export type AnnouncedParts = {
  /** The lines of each entry. One, as long as they fit. */
  parts: PackedLine[][];
  bytes: number;
  /** First rows of cartons that no entry holds. */
  tooLarge: { line: number; sscc: string }[];
};

/**
 * Rows that say the same of the same goods become one line with their serials, so that 15,000 units in 300 cartons are one
 * entry. What is over the size of an entry is cut between cartons. Pure.
 */
export function announcedParts(rows: readonly ResolvedRow[]): AnnouncedParts {
  const parts: PackedLine[][] = [];
  const tooLarge: AnnouncedParts['tooLarge'] = [];
  let room = { lines: 0, bytes: 0 };
  let total = 0;
  for (const pack of packsOf(joined(rows))) {
    total += pack.bytes;
    if (pack.lines.length > maxLines || pack.bytes > maxLineBytes) {
      tooLarge.push({ line: pack.firstRow, sscc: pack.lines[0]?.sscc ?? '' });
      continue;
    }
    if (pack.lines.length > room.lines || pack.bytes > room.bytes) {
      parts.push([]);
      room = { lines: maxLines, bytes: maxLineBytes };
    }
    parts.at(-1)?.push(...pack.lines);
    room = { lines: room.lines - pack.lines.length, bytes: room.bytes - pack.bytes };
  }
  return { parts, bytes: total, tooLarge };
}

type Joined = { line: PackedLine; firstRow: number };

function joined(rows: readonly ResolvedRow[]): Joined[] {
  const all: Joined[] = [];
  const open = new Map<string, Joined>();
  for (const { line: firstRow, skuId, gtin14, quantity, serials, sscc, batch, expiresOn } of rows) {
    const same = JSON.stringify([sscc, skuId, gtin14, batch, expiresOn, serials.length > 0]);
    const known = open.get(same);
    const fits =
      known &&
      known.line.quantity + quantity <= maxQuantity &&
      known.line.serials.length + serials.length <= maxSerials;
    if (fits) {
      known.line.quantity += quantity;
      known.line.serials.push(...serials);
    } else {
      const fresh = { line: { skuId, gtin14, quantity, serials: [...serials], batch, expiresOn, sscc }, firstRow };
      all.push(fresh);
      open.set(same, fresh);
    }
  }
  return all;
}

function packsOf(lines: readonly Joined[]): Pack[] {
  const packs: Pack[] = [];
  const cartons = new Map<string, Pack>();
  for (const { line, firstRow } of lines) {
    const bytes = Buffer.byteLength(JSON.stringify(line)) + 1;
    const carton = line.sscc === null ? undefined : cartons.get(line.sscc);
    if (carton) {
      carton.lines.push(line);
      carton.bytes += bytes;
      continue;
    }
    const pack = { lines: [line], bytes, firstRow };
    packs.push(pack);
    if (line.sscc !== null) cartons.set(line.sscc, pack);
  }
  return packs;
}
