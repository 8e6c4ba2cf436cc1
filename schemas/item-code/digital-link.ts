// GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4): https://any.domain/any/stem/01/<gtin>/21/<serial>?17=…
import type { ElementString } from './element-string.ts';
import { padGtin } from './gtin.ts';

// By hand and not by `URL`: that resolves an encoded `..`, which is a legal serial number.
const WEB_URI = /^https?:\/\/[^/?#\s]+(?<path>\/[^?#\s]*)(?:\?(?<query>[^#\s]*))?(?:#\S*)?$/i;

/** The AIs of a Digital Link on any domain; `undefined` if the text is no web URI with a right GTIN under `/01/`. */
export function parseDigitalLink(text: string): ElementString | undefined {
  const groups = WEB_URI.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const segments = (groups.path ?? '').split('/').slice(1);
  const key = segments.findIndex((segment, index) => segment === '01' && padGtin(segments[index + 1] ?? '').ok);
  if (key === -1) return undefined;
  const elements = new Map<string, string>();
  for (let index = key; index + 1 < segments.length; index += 2) {
    if (!keep(elements, segments[index] ?? '', segments[index + 1] ?? '')) return undefined;
  }
  for (const pair of (groups.query ?? '').split(/[&;]/)) {
    const equals = pair.indexOf('=');
    // The path is the identity: what the query repeats does not change it.
    if (equals > 0 && !elements.has(pair.slice(0, equals)))
      keep(elements, pair.slice(0, equals), pair.slice(equals + 1));
  }
  return elements;
}

/** False if an AI's value is not well percent-encoded. Names that are no AI (`linkType`, campaign tags) are passed over. */
function keep(elements: Map<string, string>, ai: string, encoded: string): boolean {
  if (!/^[0-9]{2,4}$/.test(ai)) return true;
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) return false;
  // Every value of an AI is ASCII, so a byte is a character; `decodeURIComponent` would throw on other bytes.
  elements.set(
    ai,
    encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
  return true;
}
