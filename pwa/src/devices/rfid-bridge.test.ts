import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { type BridgeSocket, type BridgeState, RfidBridge } from './rfid-bridge.ts';

/** The program beside the reader. */
class FakeBridge implements BridgeSocket {
  readonly heard: string[] = [];
  isClosed = false;
  readonly #listeners = new Map<string, ((event: { data?: unknown }) => void)[]>();

  addEventListener(type: string, listener: unknown): void {
    const all = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, [...all, listener as (event: { data?: unknown }) => void]);
  }
  send(text: string): void {
    this.heard.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  say(type: 'open' | 'close' | 'message', data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }
}

/** SGTIN-96 of one article, serials from 0 (company prefix of 7 digits, filter 1). */
function epcOf(serial: number): string {
  const head = (0x30n << 88n) | (1n << 85n) | (5n << 82n) | (0x0614141n << 58n) | (812345n << 38n);
  return (head | BigInt(serial)).toString(16).padStart(24, '0').toUpperCase();
}

let sockets: FakeBridge[];
let taken: string[];
let states: BridgeState[];
let bridge: RfidBridge;
let takeMs: number;

const latest = (): FakeBridge => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('a connection');
  return socket;
};

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  taken = [];
  states = [];
  takeMs = 0;
  bridge = new RfidBridge({
    url: 'ws://127.0.0.1:1',
    open: () => {
      sockets.push(new FakeBridge());
      return latest();
    },
    onState: (state) => states.push(state),
    onTags: async (epcs) => {
      if (takeMs > 0) await new Promise((resolve) => setTimeout(resolve, takeMs));
      taken.push(...epcs);
    },
  });
  latest().say('open');
});

afterEach(() => {
  bridge.close();
  vi.useRealTimers();
});

describe('tags of an RFID bridge', () => {
  test('500 new tags a second for a minute, each seen five times: all are taken once, in order', async () => {
    for (let tenth = 0; tenth < 600; tenth++) {
      const seen = Array.from({ length: 50 }, (_, at) => epcOf(tenth * 50 + at));
      for (let again = 0; again < 5; again++) latest().say('message', seen.join('\n'));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(taken).toHaveLength(30_000);
    expect(taken).toEqual(Array.from({ length: 30_000 }, (_, at) => epcOf(at)));
    expect(new Set(taken.slice(0, 100).map((epc) => parseScan(epc).kind))).toEqual(new Set(['item-code']));
  });

  test('a slow taker makes the bridge pause, and go on when few wait; none is lost', async () => {
    takeMs = 100;
    for (let at = 0; at < 6_000; at += 500) {
      latest().say('message', Array.from({ length: 500 }, (_, more) => epcOf(at + more)).join(' '));
    }
    expect(latest().heard).toEqual(['pause']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(latest().heard).toEqual(['pause', 'resume']);
    expect([taken.length, bridge.waiting]).toEqual([6_000, 0]);
  });

  test('a tag that stays in the field is no news; one that left and came back is', async () => {
    for (let at = 0; at < 10; at++) {
      latest().say('message', epcOf(1));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(taken).toEqual([epcOf(1)]);
    await vi.advanceTimersByTimeAsync(3_000);
    latest().say('message', epcOf(1).toLowerCase());
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toHaveLength(2);
  });

  test('what a swarm of tags sends within a tenth of a second is taken together', async () => {
    const batches: number[] = [];
    const other = new RfidBridge({
      url: 'ws://127.0.0.1:1',
      open: () => {
        sockets.push(new FakeBridge());
        return latest();
      },
      onTags: async (epcs) => void batches.push(epcs.length),
    });
    for (let at = 0; at < 50; at++) {
      latest().say('message', [epcOf(3 * at), epcOf(3 * at + 1), epcOf(3 * at + 2)].join(' '));
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(150);
    expect(batches.length).toBeLessThanOrEqual(7);
    other.close();
  });

  test('a lost connection is made anew, ever less often; what was heard before is not lost', async () => {
    takeMs = 100;
    latest().say('message', epcOf(1));
    latest().say('close');
    await vi.advanceTimersByTimeAsync(500);
    expect([sockets.length, taken]).toEqual([2, [epcOf(1)]]);
    latest().say('close');
    await vi.advanceTimersByTimeAsync(999);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    latest().say('open');
    latest().say('message', epcOf(2));
    await vi.advanceTimersByTimeAsync(100);
    expect(taken).toEqual([epcOf(1), epcOf(2)]);
    expect(states).toEqual(['connecting', 'open', 'lost', 'connecting', 'lost', 'connecting', 'open']);
  });

  test('a new connection hears of the pause too', async () => {
    takeMs = 60_000;
    latest().say('message', Array.from({ length: 5_500 }, (_, at) => epcOf(at)).join(','));
    latest().say('close');
    await vi.advanceTimersByTimeAsync(500);
    latest().say('open');
    expect(latest().heard).toEqual(['pause']);
  });

  test('a batch that could not be taken does not end the reading', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const heard: string[] = [];
    const other = new RfidBridge({
      url: 'ws://127.0.0.1:1',
      open: () => {
        sockets.push(new FakeBridge());
        return latest();
      },
      onTags: async (epcs) => {
        if (epcs.includes('BAD')) throw new Error('no');
        heard.push(...epcs);
      },
    });
    latest().say('message', 'BAD');
    await vi.advanceTimersByTimeAsync(0);
    latest().say('message', 'GOOD');
    await vi.advanceTimersByTimeAsync(100);
    expect([heard, logged.mock.calls.length]).toEqual([['GOOD'], 1]);
    other.close();
    logged.mockRestore();
  });
});
