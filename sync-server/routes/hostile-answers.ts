import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';

// For tests: texts that would be programs somewhere, and what an answer may make of them.

export const hostile = [
  `=HYPERLINK("http://evil.example","x")`,
  `@SUM(1)'; drop table till; --`,
  `<img src=x onerror=alert(1)>`,
  `+1"><script>alert(1)</script>`,
  `__proto__`,
  `\t＝1${'\u2028'}{{constructor}}`,
];

/** Not JSON, a page or a table: read by programs of their own. */
const ownFormats = /octet-stream|pdf|image|font|javascript|css|x-x509/;

/**
 * Whatever was asked for is answered without an error of ours, and what was sent stands in it as text: no formula in a file,
 * no markup in a page. Says whether one of the programs stands in it.
 */
export async function expectTextAlone(response: Response, route: string): Promise<boolean> {
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  expect(response.status, `${route} ${text.slice(0, 300)}`).toBeLessThan(500);
  if (type.startsWith('text/csv')) {
    const rows: string[][] = parse(text, { bom: true, relaxColumnCount: true });
    const formulas = rows.flat().filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell) && !/^-?[\d.]+$/.test(cell));
    expect([route, formulas]).toEqual([route, []]);
  } else if (type.startsWith('text/html')) {
    expect([route, /<img src=x|<script>alert/.test(text)]).toEqual([route, false]);
  } else if (text !== '' && response.status < 300 && !ownFormats.test(type)) {
    expect([route, type.split(';')[0]]).toEqual([route, expect.stringMatching(/json|text\/plain/)]);
  }
  if (response.status < 300) {
    expect([route, response.headers.get('x-content-type-options')]).toEqual([route, 'nosniff']);
  }
  return hostile.some((program) => text.includes(JSON.stringify(program).slice(1, -1)));
}
