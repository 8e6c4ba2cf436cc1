import type { DeliveryAnnounced, TransferSent } from '#schemas/stock/delivery.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { Queryable } from '../db/database.ts';

type SentLine = TransferSent['lines'][number];
type AnnouncedLine = DeliveryAnnounced['lines'][number];
type Origin = Pick<SentLine, 'batch' | 'expiresOn'>;

const maxLines = 5_000;

/**
 * What was sent, as lines of the notice to the other store. Where the till did not say batch and date, what the sending
 * store knows of its units goes along: a recall finds them there too.
 */
export async function announcedLines(
  database: Queryable,
  storeId: string,
  lines: readonly SentLine[],
): Promise<AnnouncedLine[]> {
  const unsaid = lines.filter(({ batch, expiresOn }) => batch === null && expiresOn === null);
  const known = await readOrigins(database, storeId, unsaid);
  const told = lines.flatMap((line) => (unsaid.includes(line) ? splitByOrigin(line, known) : [line]));
  return (told.length > maxLines ? lines : told).map(({ placeId: _, ...line }) => line);
}

async function readOrigins(
  database: Queryable,
  storeId: string,
  lines: readonly SentLine[],
): Promise<Map<string, Origin>> {
  const units = lines.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
  const { rows } = await database.query<Origin & { gtin14: string; serial: string }>(
    `select u.gtin14, u.serial, u.batch, u.expires_on as "expiresOn"
       from unnest($2::text[], $3::text[]) k(gtin14, serial)
       join unit u on u.store_id = $1 and u.gtin14 = k.gtin14 and u.serial = k.serial`,
    [storeId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial)],
  );
  return new Map(rows.map(({ gtin14, serial, ...origin }) => [unitKey(gtin14, serial), origin]));
}

function splitByOrigin(line: SentLine, known: ReadonlyMap<string, Origin>): SentLine[] {
  const { gtin14, serials } = line;
  if (gtin14 === null || serials.length === 0) return [line];
  const parts = new Map<string, SentLine>();
  for (const serial of serials) {
    const { batch, expiresOn } = known.get(unitKey(gtin14, serial)) ?? line;
    const name = `${batch} ${expiresOn}`;
    const part = parts.get(name) ?? { ...line, batch, expiresOn, serials: [], quantity: 0 };
    part.serials.push(serial);
    part.quantity += 1;
    parts.set(name, part);
  }
  return [...parts.values()];
}
