import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ScaleProtocolName, scaleProtocolNames, scaleProtocols } from './scale-protocols.ts';

const read = (name: ScaleProtocolName, text: string) => scaleProtocols[name].read(text).readings;
const weight = (grams: number, isStable = true) => ({ kind: 'weight', grams, isStable });

describe('what scales say', () => {
  test('MT-SICS: at rest, moving, too much, too little, not ready', () => {
    expect(read('mt-sics', 'S S      0.425 kg\r\nS D    425.6 g\r\n')).toEqual([weight(425), weight(426, false)]);
    expect(read('mt-sics', 'S +\r\nS -\r\n')).toEqual([{ kind: 'overload' }, { kind: 'below-zero' }]);
    expect(read('mt-sics', 'S I\r\nES\r\n').map(({ kind }) => kind)).toEqual(['fault', 'fault']);
  });

  test('CAS and A&D: gross or net, at rest or not', () => {
    expect(read('cas', 'ST,GS,+  0.425kg\r\nUS,NT,+ 12.005kg\r\nST,+00001.2  g\r\n')).toEqual([
      weight(425),
      weight(12_005, false),
      weight(1),
    ]);
    expect(read('cas', 'OL,GS,+99999kg\r\nST,GS,-  0.010kg\r\n')).toEqual([
      { kind: 'overload' },
      { kind: 'below-zero' },
    ]);
  });

  test('a unit that no price is of is no weight', () => {
    expect(read('mt-sics', 'S S      0.937 lb\r\n')).toEqual([{ kind: 'fault', text: 'S S      0.937 lb' }]);
    expect(read('cas', 'ST,GS,+  0.425\r\n').map(({ kind }) => kind)).toEqual(['fault']);
  });
});

describe('a serial line cuts and garbles', () => {
  test.each(scaleProtocolNames)('%s: cut anywhere, the same is read', (name) => {
    const said = {
      'mt-sics': 'S S 0.425 kg\r\nS D 1.5 kg\r\n',
      cas: 'ST,GS,+0.425kg\r\nUS,GS,+1.5kg\r\n',
    };
    const whole = read(name, said[name]);
    expect(whole).toHaveLength(2);
    fc.assert(
      fc.property(fc.array(fc.nat(said[name].length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), said[name].length];
        let rest = '';
        const readings = at.slice(1).flatMap((end, index) => {
          const result = scaleProtocols[name].read(rest + said[name].slice(at[index], end));
          rest = result.rest;
          return result.readings;
        });
        expect(readings).toEqual(whole);
      }),
    );
  });

  test.each(scaleProtocolNames)(
    '%s: noise is never a weight of more than what its digits say, and never thrown at',
    (name) => {
      fc.assert(
        fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (noise) => {
          const { readings, rest } = scaleProtocols[name].read(noise);
          expect(rest.length).toBeLessThanOrEqual(200);
          for (const reading of readings) {
            if (reading.kind !== 'weight') continue;
            expect(Number.isSafeInteger(reading.grams) && reading.grams >= 0).toBe(true);
          }
        }),
      );
    },
  );

  test('grams are exact, whatever the decimals', () => {
    fc.assert(
      fc.property(fc.nat(999_999), (grams) => {
        const text = `S S ${Math.floor(grams / 1_000)}.${String(grams % 1_000).padStart(3, '0')} kg\r\n`;
        expect(read('mt-sics', text)).toEqual([weight(grams)]);
      }),
    );
  });
});
