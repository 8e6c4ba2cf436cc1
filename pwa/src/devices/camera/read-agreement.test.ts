import { describe, expect, test } from 'vitest';
import type { DecodedCode } from './decoder.ts';
import { AGAIN_AFTER_MS, AGREE_WITHIN_MS, agree, NOTHING_SEEN } from './read-agreement.ts';

const ean: DecodedCode = { format: 'ean-13', text: '4006381333931' };
const wrong: DecodedCode = { format: 'ean-13', text: '5901234123457' };
const qr: DecodedCode = { format: 'qr-code', text: 'https://shop.example/01/09506000134352/21/1' };

function scansOf(frames: readonly (readonly [number, readonly DecodedCode[]])[]): [number, string][] {
  let agreement = NOTHING_SEEN;
  return frames.flatMap(([atMs, codes]) => {
    const step = agree(agreement, codes, atMs);
    agreement = step.agreement;
    return step.scans.map((scan): [number, string] => [atMs, scan.text]);
  });
}

describe('agreement of frames', () => {
  test('a 1-D code needs two frames that agree, a 2-D code corrects its own errors', () => {
    expect(scansOf([[0, [ean]]])).toEqual([]);
    expect(
      scansOf([
        [0, [ean]],
        [50, []],
        [100, [ean]],
      ]),
    ).toEqual([[100, ean.text]]);
    expect(scansOf([[0, [qr]]])).toEqual([[0, qr.text]]);
  });

  test('the same code twice in one frame is one read', () => {
    expect(scansOf([[0, [ean, ean]]])).toEqual([]);
  });

  test('a wrong read between two right ones is not reported', () => {
    expect(
      scansOf([
        [0, [ean]],
        [50, [wrong]],
        [100, [ean]],
      ]),
    ).toEqual([[100, ean.text]]);
  });

  test('two reads that lie too far apart do not agree', () => {
    expect(
      scansOf([
        [0, [ean]],
        [AGREE_WITHIN_MS, [ean]],
      ]),
    ).toEqual([]);
  });

  test('a code held in front of the camera is one scan; shown again it is another', () => {
    const held = Array.from({ length: 100 }, (_, index): [number, DecodedCode[]] => [index * 50, [ean]]);
    expect(scansOf(held)).toEqual([[50, ean.text]]);
    const again = 99 * 50 + AGAIN_AFTER_MS;
    expect(scansOf([...held, [again, [ean]], [again + 50, [ean]]])).toEqual([
      [50, ean.text],
      [again + 50, ean.text],
    ]);
  });

  test('what was seen long ago is forgotten', () => {
    const first = agree(NOTHING_SEEN, [ean, qr], 0).agreement;
    expect(agree(first, [], 10_000).agreement.size).toBe(0);
  });
});
