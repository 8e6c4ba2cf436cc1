import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import {
  FIELD_PACE_MS,
  IDLE,
  KEY_GAP_MS,
  PACE_MS,
  STALL_MS,
  stepWedge,
  type WedgeKey,
  type WedgeOutput,
  type WedgeState,
} from './wedge-machine.ts';

type Target = 'page' | 'field';

const GS = '\x1d';
const EAN = '4006381333931';
const GS1 = `]d201095060001343522112345${GS}10AB`;
const LINK = 'https://shop.example/01/09506000134352/21/12345';

/** Keys of `text`; `gap(index)` is the pause before character `index`, index 0 included. */
function typed(text: string, gap: (index: number) => number, target: Target = 'page', fromMs = 0): WedgeKey[] {
  let atMs = fromMs;
  return [...text].map((char, index) => {
    atMs += gap(index);
    return { kind: 'char', char, usChar: char, atMs, target };
  });
}

function ended(keys: WedgeKey[], afterMs = 5): WedgeKey[] {
  return [...keys, { kind: 'terminator', atMs: (keys.at(-1)?.atMs ?? 0) + afterMs }];
}

function run(keys: readonly WedgeKey[], prefix = ''): { outputs: WedgeOutput[]; scans: string[]; state: WedgeState } {
  let state = IDLE;
  const outputs = keys.map((key) => {
    const step = stepWedge(state, key, prefix);
    state = step.state;
    return step.output;
  });
  return { outputs, scans: outputs.flatMap((output) => (output.kind === 'scan' ? [output.text] : [])), state };
}

const targets = fc.constantFrom<Target>('page', 'field');
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const gtins = fc
  .constantFrom(7, 11, 12, 13)
  .chain(digits)
  .map((body) => `${body}${checkDigit(body)}`);
const serials = fc.string({ unit: fc.constantFrom(...'ABCXYZ0189-.'), minLength: 1, maxLength: 20 });
const itemCodes = fc
  .tuple(
    digits(13),
    serials,
    fc.constantFrom(']d201', ']C101', '01', 'https://shop.example/01/', 'HTTPS://A.EXAMPLE/01/'),
  )
  .map(([body, serial, head]) => {
    const gtin14 = `${body}${checkDigit(body)}`;
    return head.includes('/') ? `${head}${gtin14}/21/${serial}` : `${head}${gtin14}21${serial}${GS}10LOT`;
  });
const codes = fc.oneof(gtins, itemCodes);

describe('a scanner', () => {
  test('[W4] every code at any pace up to 110 ms a key is one scan, whole, wherever the focus is', () => {
    fc.assert(
      fc.property(
        codes,
        targets,
        fc.nat(PACE_MS),
        fc.integer({ min: 0, max: KEY_GAP_MS }),
        (code, target, gapMs, endMs) => {
          expect(
            run(
              ended(
                typed(code, () => gapMs, target),
                endMs,
              ),
            ).scans,
          ).toEqual([code]);
        },
      ),
    );
  });

  test('[W3] with a pause of up to two seconds anywhere a code is reported whole or not at all', () => {
    fc.assert(
      fc.property(
        codes,
        targets,
        fc.array(fc.nat(PACE_MS), { minLength: 100, maxLength: 100 }),
        fc.nat(100),
        fc.nat(STALL_MS),
        (code, target, gaps, at, stallMs) => {
          const stalledAt = 1 + (at % (code.length - 1));
          const { scans } = run(ended(typed(code, (i) => (i === stalledAt ? stallMs : (gaps[i] ?? 0)), target)));
          for (const text of scans) expect(text).toBe(code);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('[W3] a number that stalls is still read, since its check digit is right', () => {
    expect(run(ended(typed(EAN, (i) => (i === 6 ? 900 : 31)))).scans).toEqual([EAN]);
    expect(run(ended(typed('SHIRT-42', (i) => (i === 6 ? 900 : 31)))).scans).toEqual([]);
  });

  test('[W3] the tail of a number whose head was cut off is not a scan', () => {
    // Its last eight digits are a right EAN-8.
    const body = '12346';
    const tail = '96385074';
    const number = `${body}${tail}`;
    expect(run(ended(typed(number, (i) => (i === body.length ? 800 : 20)))).scans).toEqual([]);
  });

  test('[W1] without a terminator nothing is reported', () => {
    fc.assert(
      fc.property(codes, targets, (code, target) => {
        expect(run(typed(code, () => 10, target)).scans).toEqual([]);
        expect(run([...typed(code, () => 10, target), ...typed(code, () => 10, target, 10_000)]).scans).toEqual([]);
      }),
    );
  });

  test('[W1] an end that comes more than two seconds later ends nothing', () => {
    expect(
      run(
        ended(
          typed(EAN, () => 10),
          STALL_MS + 1,
        ),
      ).scans,
    ).toEqual([]);
  });

  test('scans one after the other are all reported', () => {
    const keys = ended(typed(EAN, () => 10));
    const next = ended(typed(LINK, () => 20, 'page', (keys.at(-1)?.atMs ?? 0) + 200));
    expect(run([...keys, ...next]).scans).toEqual([EAN, LINK]);
  });

  test('[W6] a second terminator right behind the first is swallowed, a later one is not', () => {
    const keys = ended(typed(EAN, () => 10));
    const endedAtMs = keys.at(-1)?.atMs ?? 0;
    expect(run([...keys, { kind: 'terminator', atMs: endedAtMs + 10 }]).outputs.at(-1)).toEqual({ kind: 'swallow' });
    expect(run([...keys, { kind: 'terminator', atMs: endedAtMs + 400 }]).outputs.at(-1)).toEqual({ kind: 'pass' });
  });

  test('[W6] fast keys on the page press no button, keys in a field are typed', () => {
    const kinds = (target: Target) => run(typed('40 06', () => 10, target)).outputs.map((output) => output.kind);
    expect(kinds('page')).toEqual(['start', 'swallow', 'swallow', 'swallow', 'swallow']);
    expect(kinds('field')).toEqual(['start', 'pass', 'pass', 'pass', 'pass']);
    const slow = run(typed('40 06', () => 90, 'page')).outputs.map((output) => output.kind);
    expect(slow).toEqual(['start', 'pass', 'pass', 'pass', 'pass']);
  });

  test('[W4] an AIM identifier or the set prefix makes a slow text in a field a scan', () => {
    expect(run(ended(typed(']C0SHIRT', () => 90, 'field'))).scans).toEqual([']C0SHIRT']);
    expect(run(ended(typed('~SHIRT', () => 90, 'field')), '~').scans).toEqual(['SHIRT']);
    expect(run(ended(typed('~', () => 90, 'field')), '~').scans).toEqual([]);
    expect(run(ended(typed('SHIRT', () => 90, 'field')), '~').scans).toEqual([]);
  });

  test('[W5] an unknown text is a scan on the page, and in a field only faster than a person types', () => {
    expect(run(ended(typed('SHIRT-42-M', () => 90, 'page'))).scans).toEqual(['SHIRT-42-M']);
    expect(run(ended(typed('SHIRT-42-M', () => 15, 'field'))).scans).toEqual(['SHIRT-42-M']);
    expect(run(ended(typed('SHIRT-42-M', () => FIELD_PACE_MS + 1, 'field'))).scans).toEqual([]);
    expect(run(ended(typed('AB1', () => 15, 'page'))).scans).toEqual([]);
  });

  test('a scanner set to the US layout is understood at a computer set to another', () => {
    const french = { '0': 'à', '1': '&', '3': '"', '4': "'", '6': '-', '8': '_', '9': 'ç' } as Record<string, string>;
    const keys = typed(EAN, () => 20).map((key) =>
      key.kind === 'char' ? { ...key, char: french[key.char] ?? '?' } : key,
    );
    expect(run(ended(keys)).scans).toEqual([EAN]);
  });

  test('GS is kept, and is never typed into a field', () => {
    const result = run(ended(typed(GS1, () => 20, 'field')));
    expect(result.scans).toEqual([GS1]);
    expect(result.outputs[GS1.indexOf(GS)]).toEqual({ kind: 'swallow' });
  });
});

describe('a person', () => {
  const words = fc.string({ unit: fc.constantFrom(...'abcdefghij kl0123456789-'), minLength: 1, maxLength: 30 });

  test('[W5] words typed into the search field at more than 110 ms a key pass untouched, Enter too', () => {
    fc.assert(
      fc.property(
        words,
        fc.array(fc.integer({ min: PACE_MS + 1, max: 900 }), { minLength: 30, maxLength: 30 }),
        (word, gaps) => {
          const { outputs } = run(
            ended(
              typed(word, (i) => gaps[i] ?? 200, 'field'),
              200,
            ),
          );
          expect(outputs.every((output) => output.kind === 'pass' || output.kind === 'start')).toBe(true);
        },
      ),
    );
  });

  test('[W5] a name typed by the fastest typist is no scan', () => {
    expect(run(ended(typed('blue shirt 42', () => 50, 'field'))).scans).toEqual([]);
  });

  test('a name typed and then a scan within two seconds: the scan is found', () => {
    const name = typed('shirt', () => 180, 'field');
    const scan = typed(EAN, (i) => (i === 0 ? 700 : 15), 'field', name.at(-1)?.atMs);
    const { scans, outputs } = run(ended([...name, ...scan]));
    expect(scans).toEqual([EAN]);
    expect(outputs[name.length]).toEqual({ kind: 'start' });
  });

  test('[W7] another key between drops the burst and its tail', () => {
    const keys = typed(EAN, () => 20, 'field');
    const other: WedgeKey = { kind: 'other', atMs: 120 };
    expect(run(ended([...keys.slice(0, 6), other, ...keys.slice(6)])).scans).toEqual([]);
  });

  test('[W7] a scan right behind a shortcut counts, though somebody typed a sum before', () => {
    const sum = typed('5000', () => 250, 'page');
    const typedAtMs = sum.at(-1)?.atMs ?? 0;
    for (const pauseMs of [300, 60_000]) {
      const shortcut: WedgeKey = { kind: 'other', atMs: typedAtMs + pauseMs };
      const scanned = typed(EAN, () => 20, 'page').map((key) => ({
        ...key,
        atMs: key.atMs + typedAtMs + pauseMs + 80,
      }));
      expect(run(ended([...sum, shortcut, ...scanned])).scans).toEqual([EAN]);
    }
  });
});

describe('any keys', () => {
  const keys = fc.array(
    fc.record({
      kind: fc.constantFrom('char', 'char', 'char', 'terminator', 'other'),
      char: fc.constantFrom(...'0123456789]C(/A', GS),
      gapMs: fc.oneof(fc.nat(200), fc.nat(4000)),
      target: targets,
    }),
    { maxLength: 200 },
  );

  test('[W1] a scan comes out only at a terminator and is made of the last keys before it', () => {
    fc.assert(
      fc.property(keys, (list) => {
        let state = IDLE;
        let seen = '';
        let atMs = 0;
        for (const { kind, char, gapMs, target } of list) {
          atMs += gapMs;
          const key: WedgeKey =
            kind === 'char' ? { kind, char, usChar: char, atMs, target } : { kind: kind as 'other', atMs };
          const step = stepWedge(state, key);
          state = step.state;
          if (kind === 'char') seen += char;
          if (step.output.kind !== 'scan') continue;
          expect(kind).toBe('terminator');
          expect(seen.endsWith(step.output.text)).toBe(true);
        }
      }),
    );
  });

  test('a key held down by a fallen box is bounded and reports nothing', () => {
    const { state, scans } = run(ended(typed('7'.repeat(5000), () => 10)));
    expect(scans).toEqual([]);
    expect(state).toEqual(IDLE);
    const dropped = run(typed('7'.repeat(600), () => 10));
    expect(dropped.state.kind).toBe('dropped');
    expect(run([...typed('7'.repeat(600), () => 10), ...ended(typed(EAN, () => 10, 'page', 20_000))]).scans).toEqual([
      EAN,
    ]);
  });
});
