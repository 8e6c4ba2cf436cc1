import { assert } from '../assert.ts';

/**
 * JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. Throws InvariantError for what JSON cannot say (NaN, functions, deeper than 64).
 */
export function canonicalJson(value: unknown, depth = 0): string {
  assert(depth <= 64, 'an entry nests at most 64 deep');
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'JSON has finite numbers only');
    return JSON.stringify(value);
  }
  assert(typeof value === 'object', `JSON has no ${typeof value}`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const record = value as Record<string, unknown>;
  const members: string[] = [];
  for (const name of Object.keys(record).sort()) {
    const member = record[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}
