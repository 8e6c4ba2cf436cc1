// How many codes a second `parseScan` tells apart: a million of all carriers, mixed, one in ten of them broken.
// Run alone: node e2e/bench/parsing.ts
import { assert } from '#schemas/assert.ts';
import { digitalLinkOf } from '#schemas/item-code/digital-link.ts';
import { elementStringOf } from '#schemas/item-code/element-string.ts';
import { epcOf } from '#schemas/item-code/epc.ts';
import { parseScan, type ScanOptions } from '#schemas/item-code/gs1.ts';
import { checkDigit, type Gtin14 } from '#schemas/item-code/gtin.ts';
import { newSerial } from '#schemas/item-code/serial.ts';

/** `understood` of `codes` are codes; the others say why not. */
export interface ParsingRow {
  readonly codes: number;
  readonly understood: number;
  readonly codesPerSecond: number;
}

const OPTIONS: ScanOptions = {
  inStoreCodes: [
    { prefix: '21', itemDigits: 5, value: 'weight', valueDigits: 5, decimals: 3, hasValueCheck: false },
    { prefix: '02', itemDigits: 5, value: 'price', valueDigits: 4, decimals: 2, hasValueCheck: true },
  ],
};

/** Of every twenty codes. The last two are broken. */
const CARRIERS: readonly ((gtin14: Gtin14, serial: string, number: number) => string)[] = [
  (gtin14) => gtin14.slice(1),
  (gtin14) => `]E0${gtin14.slice(1)}`,
  (gtin14) => gtin14.slice(1),
  (gtin14) => gtin14.slice(1),
  (gtin14) => gtin14,
  (gtin14, serial) => digitalLinkOf('https://shop.example', gtin14, serial),
  (gtin14, serial) => digitalLinkOf('https://shop.example', gtin14, serial),
  (gtin14, serial) => digitalLinkOf('https://another.example/x', gtin14, serial, { '10': 'LOT7', '17': '270331' }),
  (gtin14, serial) => `]d2${elementStringOf(gtin14, serial)}`,
  (gtin14, serial) => `]d2${elementStringOf(gtin14, serial, { '10': 'LOT7', '17': '270331' })}`,
  (gtin14, serial) => elementStringOf(gtin14, serial, { '3103': '001750' }),
  (gtin14) => `]C1${elementStringOf(gtin14, null, { '10': 'LOT7', '3922': '1299' })}`,
  (gtin14, _serial, number) => epcOf(gtin14, String(number), 7).hex,
  (gtin14, _serial, number) => epcOf(gtin14, String(number), 9).hex,
  (gtin14, serial) => epcOf(gtin14, serial, 7).hex,
  (_gtin14, _serial, number) => `]C100${checked(`3761042500${String(number % 10_000_000).padStart(7, '0')}`)}`,
  (_gtin14, _serial, number) => checked(`21${String(number % 10_000_000_000).padStart(10, '0')}`),
  (gtin14, serial) => `(01)${gtin14}(21)${serial}`,
  (gtin14) => `${gtin14.slice(1, 13)}${(Number(gtin14.slice(13)) + 1) % 10}`,
  (gtin14, serial) => `]d2${elementStringOf(gtin14, serial).slice(0, 15)}`,
];

function checked(body: string): string {
  return `${body}${checkDigit(body)}`;
}

function mixedCodes(count: number): string[] {
  // A linear congruential generator: the same codes each time.
  let state = 4;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return Array.from({ length: count }, (_, at) => {
    const gtin14 = checked(`04${String(next()).padStart(11, '0')}`) as Gtin14;
    const serial = newSerial(Uint8Array.from({ length: 8 }, () => next() >>> 24));
    const write = CARRIERS[at % CARRIERS.length];
    assert(write, 'there is a carrier');
    return write(gtin14, serial, next());
  });
}

/** The median of `runs` runs over the same codes, after one that is not counted. */
export function benchParsing(count = 1_000_000, runs = 5): ParsingRow {
  const codes = mixedCodes(count);
  let understood = 0;
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    understood = 0;
    const startedAtMs = performance.now();
    for (const code of codes) if (parseScan(code, OPTIONS).kind !== 'text') understood += 1;
    if (run > 0) times.push(performance.now() - startedAtMs);
  }
  times.sort((left, right) => left - right);
  const medianMs = times[times.length >> 1] ?? Number.NaN;
  assert(understood === (count / 20) * 18, 'eighteen codes of twenty are understood');
  return { codes: count, understood, codesPerSecond: Math.round((count / medianMs) * 1000) };
}

if (import.meta.main) console.table([benchParsing()]);
