import { describe, expect, test } from 'vitest';
import { labelOf } from '#printing/fixtures/labels.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { defaultLabelFormat, type PrinterLanguage } from '#schemas/label/label.ts';
import { UsbLabelPrinter } from './usb-label-printer.ts';
import type { UsbBus, UsbConfiguration, UsbDevice } from './usb-printer-port.ts';

const endpoint = (endpointNumber: number, direction: 'in' | 'out') =>
  ({ endpointNumber, direction, type: 'bulk' }) as const;
const configuration: UsbConfiguration = {
  configurationValue: 1,
  interfaces: [
    { interfaceNumber: 0, alternates: [{ alternateSetting: 0, interfaceClass: 3, endpoints: [] }] },
    {
      interfaceNumber: 1,
      alternates: [{ alternateSetting: 0, interfaceClass: 7, endpoints: [endpoint(1, 'in'), endpoint(2, 'out')] }],
    },
  ],
};
const named = (name: string) => Object.assign(new Error(name), { name });

/** A printer on a cable: what was done with it, and what came to it. */
class FakeUsbPrinter implements UsbDevice {
  readonly productName = 'ZD421';
  readonly configurations = [configuration];
  configuration: UsbConfiguration | null = null;
  opened = false;
  readonly done: string[] = [];
  readonly taken: Uint8Array[] = [];
  /** The cable is pulled once so many bytes came. */
  diesAfterBytes = Number.POSITIVE_INFINITY;
  isBusy = false;

  async open(): Promise<void> {
    this.opened = true;
  }
  async close(): Promise<void> {
    this.opened = false;
    this.done.push('close');
  }
  async selectConfiguration(value: number): Promise<void> {
    this.configuration = configuration;
    this.done.push(`configuration ${value}`);
  }
  async claimInterface(interfaceNumber: number): Promise<void> {
    if (this.isBusy) throw named('NetworkError');
    this.done.push(`claim ${interfaceNumber}`);
  }
  async selectAlternateInterface(): Promise<void> {
    this.done.push('alternate');
  }
  async transferOut(endpointNumber: number, data: BufferSource) {
    expect(endpointNumber).toBe(2);
    const bytes = new Uint8Array(data as ArrayBuffer);
    if (this.bytes + bytes.length > this.diesAfterBytes) throw named('NetworkError');
    this.taken.push(bytes);
    return { bytesWritten: bytes.length, status: 'ok' };
  }
  get bytes(): number {
    return this.taken.reduce((sum, { length }) => sum + length, 0);
  }
  get text(): string {
    return this.taken.map((bytes) => Buffer.from(bytes).toString('latin1')).join('');
  }
}

function printerOn(device: FakeUsbPrinter | null, language: PrinterLanguage = 'zpl', allowed = true) {
  const bus: UsbBus = {
    getDevices: async () => (device !== null && allowed ? [device] : []),
    requestDevice: async ({ filters }) => {
      expect(filters).toEqual([{ classCode: 7 }]);
      if (device === null) throw named('NotFoundError');
      return device;
    },
  };
  return new UsbLabelPrinter({ bus, language: () => language, text: async () => resvgText() });
}

const labels = ['A1', 'B2', 'C3'].map((serial) => labelOf({ serial }));
const part = { jobId: 'job', title: 'Coat', format: defaultLabelFormat, labels, reprintOf: null };
const count = (text: string, what: string) => text.split(what).length - 1;

describe('a label printer on a USB cable', () => {
  test('is opened, gets a label after the other in small pieces, and is closed', async () => {
    const device = new FakeUsbPrinter();
    const handed: number[] = [];
    const watch = { onHanded: (sum: number) => handed.push(sum), isStopped: () => false };
    expect(await printerOn(device).print(part, watch)).toEqual({ ok: true, value: null });
    expect(device.done).toEqual(['configuration 1', 'claim 1', 'close']);
    expect(count(device.text, '^XA')).toBe(3);
    expect(handed).toEqual([1, 2, 3]);
    expect(Math.max(...device.taken.map(({ length }) => length))).toBeLessThanOrEqual(16_384);
  });

  test('speaks TSPL where it is told so', async () => {
    const device = new FakeUsbPrinter();
    await printerOn(device, 'tspl').print(part);
    expect(count(device.text, '\nPRINT ')).toBe(3);
  });

  test('stops before the next label when a person pauses, and tells how many went', async () => {
    const device = new FakeUsbPrinter();
    let handed = 0;
    const watch = { onHanded: (sum: number) => (handed = sum), isStopped: () => handed >= 2 };
    const result = await printerOn(device).print(part, watch);
    expect(result).toEqual({ ok: false, error: { code: 'stopped', handed: 2 } });
    expect(count(device.text, '^XA')).toBe(2);
  });

  test('a cable pulled in the middle: unknown, with the most that can have come out', async () => {
    const device = new FakeUsbPrinter();
    await printerOn(device).print({ ...part, labels: labels.slice(0, 1) });
    device.diesAfterBytes = device.bytes * 2;
    const result = await printerOn(device).print(part);
    expect(result).toEqual({ ok: false, error: { code: 'unknown', atMost: 2 } });
    expect(device.opened).toBe(false);
  });

  test('a printer that the system has, none at all, and a browser without USB each have a code', async () => {
    const busy = new FakeUsbPrinter();
    busy.isBusy = true;
    expect(await printerOn(busy).print(part)).toEqual({ ok: false, error: { code: 'usb-busy' } });
    expect(busy.opened).toBe(false);
    expect(await printerOn(null).print(part)).toEqual({ ok: false, error: { code: 'usb-none' } });
    expect(await printerOn(new FakeUsbPrinter(), 'zpl', false).print(part)).toMatchObject({
      error: { code: 'usb-none' },
    });
    const none = new UsbLabelPrinter({ bus: null, language: () => 'zpl', text: async () => resvgText() });
    expect(await none.print(part)).toEqual({ ok: false, error: { code: 'usb-unsupported' } });
    expect(await none.connect()).toEqual({ ok: false, error: { code: 'usb-unsupported' } });
  });

  test('a person allows it once; after that it is found by itself', async () => {
    expect(await printerOn(new FakeUsbPrinter()).connect()).toEqual({ ok: true, value: 'ZD421' });
    expect(await printerOn(new FakeUsbPrinter()).connected()).toBe('ZD421');
    expect(await printerOn(null).connected()).toBe(null);
    expect(await printerOn(null).connect()).toEqual({ ok: false, error: { code: 'usb-none' } });
    const bus: UsbBus = { getDevices: async () => [], requestDevice: () => Promise.reject(named('SecurityError')) };
    const refused = new UsbLabelPrinter({ bus, language: () => 'zpl', text: async () => resvgText() });
    expect(await refused.connect()).toEqual({ ok: false, error: { code: 'usb-refused' } });
  });

  test('labels that do not fit are named before the first one is printed', async () => {
    const tooLong = labelOf({ digitalLink: `https://shop.example/${'x'.repeat(270)}` });
    const format = { ...defaultLabelFormat, widthMm: 30, heightMm: 20 };
    const faults = await printerOn(null).faults([labelOf(), tooLong], format);
    expect(faults).toEqual([{ index: 1, code: 'code-not-encodable' }]);
  });
});
