import { expect, test, vi } from 'vitest';
import type { SerialPort } from '../serial-port.ts';
import type { ScaleReading } from './scale-protocols.ts';
import { choosePort, type ScaleState, SerialScale } from './serial-scale.ts';

/** A scale on a cable that can be pulled. */
class FakePort implements SerialPort {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  asked = '';
  opened = 0;
  #say: ReadableStreamDefaultController<Uint8Array> | null = null;

  async open(): Promise<void> {
    this.opened += 1;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#say = controller;
      },
    });
    this.writable = new WritableStream({
      write: (bytes) => {
        this.asked += new TextDecoder().decode(bytes);
      },
    });
  }
  async close(): Promise<void> {
    this.readable = null;
    this.writable = null;
  }
  say(text: string): void {
    this.#say?.enqueue(new TextEncoder().encode(text));
  }
  pull(): void {
    this.#say?.error(new DOMException('The device has been lost.', 'NetworkError'));
  }
}

function connect(port: FakePort, protocol: 'mt-sics' | 'cas') {
  const readings: ScaleReading[] = [];
  const states: ScaleState[] = [];
  const scale = new SerialScale({
    ...{ port, protocol },
    onReading: (reading) => readings.push(reading),
    onState: (state) => states.push(state),
  });
  return { scale, readings, states };
}

test('a scale that has to be asked is asked again and again, and heard', async () => {
  const port = new FakePort();
  const { scale, readings, states } = connect(port, 'mt-sics');
  await vi.waitFor(() => expect(port.asked).toMatch(/^(SI\r\n){2}/));
  port.say('S D  0.4');
  port.say('00 kg\r\nS S 0.425 kg\r\n');
  await vi.waitFor(() => expect(readings).toHaveLength(2));
  expect(readings).toEqual([
    { kind: 'weight', grams: 400, isStable: false },
    { kind: 'weight', grams: 425, isStable: true },
  ]);
  await scale.close();
  expect(port.readable).toBeNull();
  expect(states).toEqual(['connecting', 'open']);
});

test('a cable that comes out is said, and the scale is there again when it is back', async () => {
  const port = new FakePort();
  const { scale, readings, states } = connect(port, 'cas');
  await vi.waitFor(() => expect(states).toContain('open'));
  expect(port.asked).toBe('');
  port.pull();
  await vi.waitFor(() => expect(states.at(-1)).toBe('lost'));
  await vi.waitFor(() => expect(port.opened).toBe(2), 10_000);
  await vi.waitFor(() => expect(states.at(-1)).toBe('open'));
  port.say('ST,GS,+  1.000kg\r\n');
  await vi.waitFor(() => expect(readings).toEqual([{ kind: 'weight', grams: 1_000, isStable: true }]));
  await scale.close();
});

test('closed while it waits to try again, it ends at once', async () => {
  const port = new FakePort();
  const { scale, states } = connect(port, 'cas');
  await vi.waitFor(() => expect(states).toContain('open'));
  port.pull();
  await vi.waitFor(() => expect(states.at(-1)).toBe('lost'));
  await scale.close();
  expect(port.opened).toBe(1);
});

test('who closes the choice of ports has chosen none', async () => {
  const bus = (error: DOMException) => ({ getPorts: async () => [], requestPort: () => Promise.reject(error) });
  const dismissed = await choosePort(bus(new DOMException('No port selected', 'NotFoundError')));
  expect(dismissed).toEqual({ ok: false, error: { code: 'dismissed' } });
  await expect(choosePort(bus(new DOMException('no', 'SecurityError')))).rejects.toThrow('no');
});
