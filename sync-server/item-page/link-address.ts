import { padGtin } from '#schemas/item-code/gtin.ts';
import { fail, ok, type Result } from '#schemas/result.ts';

/** What the address of a Digital Link says (GS1 Digital Link: URI Syntax 1.4). Dates are as encoded, YYMMDD. */
export type ItemAddress = {
  gtin14: string;
  /** AI 22, 10 and 21. */
  variant: string | null;
  batch: string | null;
  serial: string | null;
  /** AI 17, else 15. */
  expiry: string | null;
  /** All of the query as it came, for a redirect to pass on. */
  query: string;
  linkType: string | null;
  lang: string | null;
  /** Our own page is wanted, wherever the code leads by itself. */
  isOwnPage: boolean;
};

/** Why an address is none of an item; `read` is the part that is wrong, as it came. */
export type AddressProblem = {
  code: 'no-gtin' | 'wrong-check-digit' | 'wrong-serial' | 'wrong-batch' | 'malformed' | 'too-long';
  read: string;
};

const longest = 1_000;
/** AIs 10, 21 and 22: GS1's character set 82 (General Specifications, figure 7.11-1). */
const partForm = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;
const qualifiers: Readonly<Record<string, 'variant' | 'batch' | 'serial'>> = {
  '22': 'variant',
  '10': 'batch',
  '21': 'serial',
};

/**
 * Reads path and query of a request below `/01/`. Total: any text is an address or a problem. Key qualifiers are taken in
 * any order and from the query too, as labels of others have them; an AI that is nowhere in the standard's path is not.
 */
export function parseItemAddress(target: string): Result<ItemAddress, AddressProblem> {
  if (target.length > longest) return fail({ code: 'too-long', read: target });
  const [path = '', ...rest] = (target.split('#')[0] ?? '').split('?');
  const query = rest.join('?');
  const segments = path.replace(/\/+$/, '').split('/').slice(2);
  const [gtinText = '', ...pairs] = segments;
  const gtin = padGtin(decodeAscii(gtinText) ?? '');
  if (!gtin.ok) {
    const code = gtin.error.code === 'gtin-check-digit' ? 'wrong-check-digit' : 'no-gtin';
    return fail({ code, read: gtinText });
  }
  const parts: Record<'variant' | 'batch' | 'serial', string | null> = { variant: null, batch: null, serial: null };
  if (pairs.length % 2 !== 0) return fail({ code: 'malformed', read: path });
  for (let at = 0; at < pairs.length; at += 2) {
    const problem = keep(parts, pairs[at] ?? '', pairs[at + 1] ?? '', path);
    if (problem) return fail(problem);
  }
  const asked = parseQuery(query);
  for (const ai of ['22', '10', '21']) {
    const name = qualifiers[ai];
    const value = asked.get(ai);
    // The path is the identity: what the query repeats does not change it.
    if (name === undefined || value === undefined || parts[name] !== null) continue;
    const problem = keep(parts, ai, value, `${ai}=${value}`);
    if (problem) return fail(problem);
  }
  const plain = (name: string) => decodeText(asked.get(name));
  return ok({
    gtin14: gtin.value,
    ...parts,
    expiry: plain('17') ?? plain('15'),
    query,
    linkType: plain('linkType'),
    lang: plain('lang'),
    isOwnPage: plain('view') === 'item',
  });
}

/** Puts a key qualifier in its place, or says what is wrong with it. */
function keep(
  parts: Record<'variant' | 'batch' | 'serial', string | null>,
  ai: string,
  encoded: string,
  read: string,
): AddressProblem | null {
  const name = Object.hasOwn(qualifiers, ai) ? qualifiers[ai] : undefined;
  const value = decodeAscii(encoded);
  if (name === undefined || parts[name] !== null) return { code: 'malformed', read };
  if (value === null || !partForm.test(value)) {
    return { code: name === 'serial' ? 'wrong-serial' : name === 'batch' ? 'wrong-batch' : 'malformed', read: encoded };
  }
  parts[name] = value;
  return null;
}

/** The first value of each name, still encoded. */
function parseQuery(query: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of query.split(/[&;]/)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && !pairs.has(pair.slice(0, equals))) pairs.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return pairs;
}

/** Null for bad escapes. Every value of an AI is ASCII, so a byte is a character. */
function decodeAscii(encoded: string): string | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) return null;
  return encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decodeText(encoded: string | undefined): string | null {
  return encoded === undefined ? null : decodeAscii(encoded);
}

/** `/01/09506000134352/10/AB-1/21/12345`: the same item in the standard's own order and escapes. */
export function itemPath(item: Pick<ItemAddress, 'gtin14'> & Partial<ItemAddress>): string {
  const parts = (['22', '10', '21'] as const).flatMap((ai) => {
    const name = qualifiers[ai];
    const value = name === undefined ? null : (item[name] ?? null);
    return value === null ? [] : [ai, encodeValue(value)];
  });
  return ['/01', item.gtin14, ...parts].join('/');
}

/** Two dots alone would climb in a path, so dots are escaped too where nothing else stands. */
function encodeValue(value: string): string {
  return /^\.+$/.test(value) ? value.replaceAll('.', '%2E') : encodeURIComponent(value);
}
