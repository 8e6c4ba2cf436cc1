import { z } from 'zod';

/** Where somebody lives or a store is: degrees of latitude and longitude (WGS 84) to three places, which is some hundred metres. */
export const positionSchema = z.string().regex(/^-?\d{1,2}\.\d{3},-?\d{1,3}\.\d{3}$/);
export type Position = z.infer<typeof positionSchema>;

const pair = /(?<![\w.])(-?\d{1,3}(?:\.\d+)?)\s*°?\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)/;

/**
 * [MS6] What a map gives when one copies a place (`51.53901, -0.14263`), a `geo:` address, or the address of a map's page. Kept to some
 * hundred metres, as no more is asked. Null: no position.
 */
export function readPosition(typed: string): Position | null {
  const found = pair.exec(typed.slice(0, 500).normalize('NFKC'));
  if (found === null) return null;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return `${placed(latitude)},${placed(longitude)}`;
}

/** Without a zero below nothing. */
function placed(degrees: number): string {
  const text = degrees.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

export function degreesOf(position: Position): { latitude: number; longitude: number } {
  const [latitude = 0, longitude = 0] = position.split(',').map(Number);
  return { latitude, longitude };
}
