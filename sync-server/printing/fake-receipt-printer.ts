import type { Socket } from 'node:net';
import { FakePrinter } from './fake-printer.ts';

export type FakeReceiptMood = {
  /** Answers nothing. */
  isMute?: boolean;
  paperOut?: boolean;
  coverOpen?: boolean;
  /** Cuts the line once so many bytes have come that are no questions. */
  diesAfterBytes?: number;
  /** Does not know `GS r`, as cheap printers do. */
  isSimple?: boolean;
};

/** For tests: a receipt printer on a port of the loopback interface that answers DLE EOT and `GS r`, and misbehaves when it is told to. */
export class FakeReceiptPrinter extends FakePrinter {
  mood: FakeReceiptMood = {};
  /** What was sent beside questions, connection by connection. */
  readonly received: number[][] = [];

  static start(port = 0): Promise<FakeReceiptPrinter> {
    return new FakeReceiptPrinter().listen(port);
  }

  /** What came out, job by job. */
  get printouts(): Uint8Array[] {
    return this.received.filter((bytes) => bytes.length > 0).map((bytes) => Uint8Array.from(bytes));
  }

  protected serve(socket: Socket): void {
    const job: number[] = [];
    this.received.push(job);
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (let length = commandLength(waiting); length !== null; length = commandLength(waiting)) {
        this.#take(waiting.subarray(0, length), job, socket);
        waiting = waiting.subarray(length);
      }
      const { diesAfterBytes } = this.mood;
      if (diesAfterBytes !== undefined && job.length >= diesAfterBytes) socket.destroy();
    });
  }

  #take(command: Buffer, job: number[], socket: Socket): void {
    const [first, second, which] = command;
    const isMute = this.mood.isMute === true;
    if (first === 0x10 && second === 0x04) {
      if (!isMute) socket.write(Uint8Array.of(this.#status(which ?? 0)));
    } else if (first === 0x1d && second === 0x72) {
      if (!isMute && this.mood.isSimple !== true) socket.write(Uint8Array.of(0));
    } else {
      job.push(...command);
    }
  }

  #status(which: number): number {
    const { paperOut = false, coverOpen = false } = this.mood;
    if (which === 1) return 0x12 | (paperOut || coverOpen ? 0x08 : 0);
    if (which === 2) return 0x12 | (coverOpen ? 0x04 : 0) | (paperOut ? 0x20 : 0);
    return 0x12 | (paperOut ? 0x60 : 0);
  }
}

/** Bytes of the command, or of the character, at the beginning; null: it is not whole yet. Pictures are one command. */
function commandLength(bytes: Buffer): number | null {
  const [first, second] = bytes;
  if (first === undefined) return null;
  const isQuestion = first === 0x10 || (first === 0x1d && second === 0x72);
  const isPicture = first === 0x1d && second === 0x76;
  if (first === 0x1d && second === undefined) return null;
  if (isPicture && bytes.length < 8) return null;
  const length = isPicture ? 8 + bytes.readUInt16LE(4) * bytes.readUInt16LE(6) : isQuestion ? 3 : 1;
  return bytes.length < length ? null : length;
}
