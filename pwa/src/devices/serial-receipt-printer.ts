import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import type { Printout, ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { portName, type SerialBus, type SerialPort } from './serial-port.ts';

/** `serial-silent`: it does not answer, and nothing was sent to it. `lost`: it answered no more after it, and nobody can tell. */
export type SerialFailure = {
  code: 'lost' | 'serial-none' | 'serial-busy' | 'serial-silent' | 'serial-unsupported';
};

/** How the line is set at the printer, and which port it was allowed on; null: none yet. */
export type SerialLine = { baudRate: number; port: string | null };
export const baudRates = [9_600, 19_200, 38_400, 57_600, 115_200] as const;

/** DLE EOT 1: answered at once by one byte, also while it prints (ESC/POS real-time status). */
const statusAsked = new Uint8Array([0x10, 0x04, 0x01]);
const answerMs = 1_500;
/** Small enough that a line that takes no more is noticed soon, at the slowest rate within half a second. */
const chunkBytes = 512;
const chunkMs = 5_000;
const closeMs = 1_000;

/** A receipt printer on a serial line of this device, and the drawer on that. A line cannot say that it is cut: the printer is asked. */
export class SerialReceiptPrinter {
  readonly #bus: SerialBus | null;
  readonly #text: () => Promise<TextRasterizer>;
  /** A port is open once: what comes next waits. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(bus: SerialBus | null, text: () => Promise<TextRasterizer>) {
    this.#bus = bus;
    this.#text = text;
  }

  get isSupported(): boolean {
    return this.#bus !== null;
  }

  /** Whether the port is still allowed and there. */
  async isConnected({ port }: SerialLine): Promise<boolean> {
    return (await this.#portOf(port)) !== null;
  }

  /** Asks the person for the port; only while a tap is handled. Answers by what it is known again. */
  async connect(): Promise<Result<string, { code: 'serial-none' | 'serial-unsupported' }>> {
    if (this.#bus === null) return fail({ code: 'serial-unsupported' });
    try {
      return ok(portName(await this.#bus.requestPort()));
    } catch (error) {
      console.warn('no serial port was chosen', error);
      return fail({ code: 'serial-none' });
    }
  }

  print(printout: Printout, profile: ReceiptProfile, line: SerialLine): Promise<Result<null, SerialFailure>> {
    const printed = this.#turn.then(() => this.#print(printout, profile, line));
    this.#turn = printed;
    return printed;
  }

  async #print(printout: Printout, profile: ReceiptProfile, line: SerialLine): Promise<Result<null, SerialFailure>> {
    if (this.#bus === null) return fail({ code: 'serial-unsupported' });
    const port = await this.#portOf(line.port);
    if (port === null) return fail({ code: 'serial-none' });
    const [{ escposPrintout }, text] = await Promise.all([import('#printing/receipt/escpos.ts'), this.#text()]);
    const bytes = escposPrintout(printout, profile, text);
    try {
      await port.open({ baudRate: line.baudRate, dataBits: 8, parity: 'none' });
    } catch (error) {
      console.warn('the serial port does not open', error);
      return fail({ code: 'serial-busy' });
    }
    try {
      return await sent(port, bytes);
    } finally {
      // A write that hangs may hold the port: the next print finds it busy, and nobody waits for that.
      await within(closeMs, () => port.close().then(() => true));
    }
  }

  async #portOf(name: string | null): Promise<SerialPort | null> {
    const ports = (await this.#bus?.getPorts()) ?? [];
    return name === null ? null : (ports.find((port) => portName(port) === name) ?? null);
  }
}

async function sent(port: SerialPort, bytes: Uint8Array): Promise<Result<null, SerialFailure>> {
  const { readable, writable } = port;
  if (readable === null || writable === null) return fail({ code: 'serial-busy' });
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const isWritten = (chunk: Uint8Array) =>
    within(chunkMs, async () => {
      await writer.write(chunk);
      return true;
    });
  const answers = async () =>
    (await isWritten(statusAsked)) && within(answerMs, async () => !(await reader.read()).done);
  try {
    if (!(await answers())) return fail({ code: 'serial-silent' });
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      if (!(await isWritten(bytes.slice(at, at + chunkBytes)))) return fail({ code: 'lost' });
    }
    return (await answers()) ? ok(null) : fail({ code: 'lost' });
  } finally {
    await within(closeMs, () => reader.cancel().then(() => true));
    await within(closeMs, () => writer.abort().then(() => true));
    reader.releaseLock();
    writer.releaseLock();
  }
}

/** False when it fails, or is not done in time. */
async function within(ms: number, act: () => Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = act().catch((error: unknown) => {
    console.warn('the serial line is gone', error);
    return false;
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
