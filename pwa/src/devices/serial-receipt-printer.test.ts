import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeReceipt } from '#printing/fixtures/receipts.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import type { SerialBus, SerialOptions, SerialPort } from './serial-port.ts';
import { SerialReceiptPrinter } from './serial-receipt-printer.ts';

/** A printer at the other end of a line. `answers`: to so many status requests; `takes`: so many bytes. */
class FakePrinterPort implements SerialPort {
  answers = Infinity;
  takes = Infinity;
  isOpen = false;
  opened: SerialOptions[] = [];
  printed: number[] = [];
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  readonly #info: { usbVendorId?: number; usbProductId?: number };

  constructor(info: { usbVendorId?: number; usbProductId?: number } = { usbVendorId: 0x403, usbProductId: 0x6001 }) {
    this.#info = info;
  }
  getInfo() {
    return this.#info;
  }
  async open(options: SerialOptions) {
    if (this.isOpen) throw new DOMException('open', 'InvalidStateError');
    this.isOpen = true;
    this.opened.push(options);
    let say: (bytes: Uint8Array) => void = () => undefined;
    this.readable = new ReadableStream({ start: (line) => (say = (bytes) => line.enqueue(bytes)) });
    this.writable = new WritableStream({
      write: async (chunk) => {
        if (String(chunk) === '16,4,1') {
          if (this.answers-- > 0) say(new Uint8Array([0x16]));
          return;
        }
        if (this.printed.length + chunk.length > this.takes) await new Promise(() => undefined);
        this.printed.push(...chunk);
      },
    });
  }
  async close() {
    this.isOpen = false;
  }
}

const printout = { receipt: makeReceipt(), opensDrawer: true };
const line = { baudRate: 19_200, port: '403:6001' };
let port: FakePrinterPort;
let allowed: SerialPort[];
let printer: SerialReceiptPrinter;
const print = (at = line) => soon(printer.print(printout, defaultReceiptProfile, at));

async function soon<Value>(promise: Promise<Value>): Promise<Value> {
  let isDone = false;
  const done = promise.finally(() => (isDone = true));
  while (!isDone) await vi.advanceTimersByTimeAsync(250);
  return done;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  port = new FakePrinterPort();
  allowed = [new FakePrinterPort({}), port];
  const bus: SerialBus = { getPorts: async () => allowed, requestPort: async () => port };
  printer = new SerialReceiptPrinter(bus, async () => resvgText());
});
afterEach(() => vi.useRealTimers());

test('a receipt goes over the port that was allowed, at its speed, whole; two at once go one after the other', async () => {
  expect(await printer.connect()).toEqual({ ok: true, value: line.port });
  expect(await printer.isConnected(line)).toBe(true);
  const both = await Promise.all([print(), print()]);
  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  expect(port.opened).toEqual([1, 2].map(() => ({ baudRate: 19_200, dataBits: 8, parity: 'none' })));
  const half = port.printed.length / 2;
  expect(half).toBeGreaterThan(500);
  expect(port.printed.slice(0, half)).toEqual(port.printed.slice(half));
  expect(port.isOpen).toBe(false);
});

test('a printer that is off gets nothing, and says so; one that is switched off meanwhile is lost', async () => {
  port.answers = 0;
  expect(await print()).toMatchObject({ error: { code: 'serial-silent' } });
  expect([port.printed, port.isOpen]).toEqual([[], false]);
  port.answers = 1;
  expect(await print()).toMatchObject({ error: { code: 'lost' } });
  port.answers = Infinity;
  port.takes = port.printed.length + 600;
  expect(await print()).toMatchObject({ error: { code: 'lost' } });
  expect(port.isOpen).toBe(false);
  port.takes = Infinity;
  expect(await print()).toMatchObject({ ok: true });
});

test('no port, a port that is taken, and a browser without serial ports say so', async () => {
  expect(await print({ ...line, port: '1:2' })).toMatchObject({ error: { code: 'serial-none' } });
  port.isOpen = true;
  expect(await print()).toMatchObject({ error: { code: 'serial-busy' } });
  printer = new SerialReceiptPrinter(null, async () => resvgText());
  expect(await print()).toMatchObject({ error: { code: 'serial-unsupported' } });
  expect([printer.isSupported, await printer.isConnected(line), (await printer.connect()).ok]).toEqual([
    false,
    false,
    false,
  ]);
});
