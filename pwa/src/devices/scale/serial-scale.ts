// A scale on a serial line (WebSerial, wicg.github.io/serial), or on USB with a serial chip.

import { fail, ok, type Result } from '#schemas/result.ts';
import type { SerialBus, SerialPort } from '../serial-port.ts';
import { type ScaleProtocolName, type ScaleReading, scaleProtocols } from './scale-protocols.ts';

/** `lost`: it is tried again and again. */
export type ScaleState = 'connecting' | 'open' | 'lost';
export type ScaleOptions = {
  port: SerialPort;
  protocol: ScaleProtocolName;
  onReading: (reading: ScaleReading) => void;
  onState?: (state: ScaleState) => void;
};

/** Where the scale is asked: often enough that a weight at rest is seen at once, seldom enough for the slowest line. */
const askEveryMs = 250;
const retryMs = 2_000;

/** Asks the person which port it is. Needs a press of a button. `dismissed`: nothing was chosen. */
export async function choosePort(bus: SerialBus): Promise<Result<SerialPort, { code: 'dismissed' }>> {
  try {
    return ok(await bus.requestPort());
  } catch (error) {
    if ((error as Error).name === 'NotFoundError') return fail({ code: 'dismissed' });
    throw error;
  }
}

/** Listens to a scale until it is closed; a cable that comes out is tried again. Starts at once. */
export class SerialScale {
  readonly #options: ScaleOptions;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #isClosed = false;
  #wake: (() => void) | null = null;
  readonly #done: Promise<void>;

  constructor(options: ScaleOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    await this.#reader?.cancel().catch((error: unknown) => console.warn('the scale did not stop', error));
    await this.#done;
  }

  async #run(): Promise<void> {
    const { onState } = this.#options;
    while (!this.#isClosed) {
      onState?.('connecting');
      try {
        await this.#listen();
      } catch (error) {
        console.warn('the scale is gone', error);
      }
      if (this.#isClosed) return;
      onState?.('lost');
      await this.#wait(retryMs);
    }
  }

  async #listen(): Promise<void> {
    const { port, protocol: name, onReading, onState } = this.#options;
    const protocol = scaleProtocols[name];
    await port.open(protocol.serial);
    try {
      if (port.readable === null || this.#isClosed) return;
      const reader = port.readable.getReader();
      this.#reader = reader;
      const asking = this.#ask(port, protocol.request);
      onState?.('open');
      try {
        const decoder = new TextDecoder('latin1');
        let rest = '';
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          const said = protocol.read(rest + decoder.decode(value, { stream: true }));
          rest = said.rest;
          for (const reading of said.readings) onReading(reading);
        }
      } finally {
        this.#reader = null;
        reader.releaseLock();
        asking();
      }
    } finally {
      await port.close().catch((error: unknown) => console.warn('the line to the scale did not close', error));
    }
  }

  /** @returns stops asking. */
  #ask(port: SerialPort, request: string | null): () => void {
    if (request === null || port.writable === null) return () => undefined;
    const writer = port.writable.getWriter();
    const bytes = new TextEncoder().encode(request);
    const ask = () => {
      // A line that is gone is seen by the reader.
      writer.write(bytes).catch((error: unknown) => console.warn('the scale was not asked', error));
    };
    ask();
    const timer = setInterval(ask, askEveryMs);
    return () => {
      clearInterval(timer);
      writer.releaseLock();
    };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
