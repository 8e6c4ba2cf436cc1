// A program beside the RFID reader sends what the reader sees over a WebSocket; see README.md for what it says.

/** What the bridge speaks with; the browser's own WebSocket, or a test's. */
export type BridgeSocket = Pick<WebSocket, 'send' | 'close' | 'addEventListener'>;

export type RfidBridgeOptions = {
  /** `ws://127.0.0.1:…` of the program on this device. */
  url: string;
  /** Some tags, each once in a while, in the order in which they were seen. The next ones follow when it resolves. */
  onTags: (epcs: readonly string[]) => Promise<void>;
  onState?: (state: BridgeState) => void;
  open?: (url: string) => BridgeSocket;
  nowMs?: () => number;
};

/** `lost`: it is tried again and again. */
export type BridgeState = 'connecting' | 'open' | 'lost';

/** A reader sees a tag dozens of times a second: one that went on being seen until this long ago is no news. */
const againAfterMs = 3_000;
const tagsAtOnce = 200;
/** Tags come in swarms: what comes within this time is taken together, so that the screen is drawn once for them. */
const gatherMs = 100;
/** So many waiting tags make the bridge wait, and so few let it go on. */
const pauseAt = 5_000;
const resumeAt = 500;
const firstRetryMs = 500;
const longestRetryMs = 10_000;
/** Tags seen that are remembered; pruned when there are more. */
const rememberedTags = 50_000;

/**
 * Takes tags from a bridge without losing one: they wait in order until whoever takes them is done, and the bridge is asked
 * to pause while many wait. A lost connection is made anew. Starts at once.
 */
export class RfidBridge {
  readonly #options: RfidBridgeOptions;
  readonly #seenAtMs = new Map<string, number>();
  readonly #waiting: string[] = [];
  #socket: BridgeSocket | null = null;
  #retryMs = firstRetryMs;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isTaking = false;
  #isPaused = false;
  #isClosed = false;

  constructor(options: RfidBridgeOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Tags that nobody has taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Stops listening; what waits is not taken any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  #connect(): void {
    if (this.#isClosed) return;
    this.#options.onState?.('connecting');
    const { url, open = (address) => new WebSocket(address) } = this.#options;
    const socket = open(url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#retryMs = firstRetryMs;
      this.#options.onState?.('open');
      // The new connection does not know that the old one was asked to pause.
      if (this.#isPaused) socket.send('pause');
    });
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#hear(data);
    });
    // A failed connection is closed too; the error itself tells nothing.
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #lost(socket: BridgeSocket): void {
    if (this.#isClosed || socket !== this.#socket) return;
    this.#socket = null;
    this.#options.onState?.('lost');
    this.#timer = setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #hear(message: string): void {
    const nowMs = this.#nowMs();
    for (const epc of message.split(/[\s,;]+/)) {
      if (epc === '') continue;
      const key = epc.toUpperCase();
      const seenAtMs = this.#seenAtMs.get(key);
      // Put at the end again, so that what was seen longest ago is at the front.
      this.#seenAtMs.delete(key);
      this.#seenAtMs.set(key, nowMs);
      if (seenAtMs === undefined || nowMs - seenAtMs > againAfterMs) this.#waiting.push(epc);
    }
    if (this.#seenAtMs.size > rememberedTags) this.#forget(nowMs);
    if (!this.#isPaused && this.#waiting.length >= pauseAt) this.#pause(true);
    void this.#take();
  }

  #forget(nowMs: number): void {
    for (const [key, seenAtMs] of this.#seenAtMs) {
      if (nowMs - seenAtMs <= againAfterMs) return;
      this.#seenAtMs.delete(key);
    }
  }

  async #take(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const tags = this.#waiting.splice(0, tagsAtOnce);
      const startedAtMs = this.#nowMs();
      try {
        await this.#options.onTags(tags);
      } catch (error) {
        // One batch that could not be taken must not end the reading; whoever takes them has said why.
        console.error(error);
      }
      if (this.#isPaused && this.#waiting.length <= resumeAt) this.#pause(false);
      const restMs = startedAtMs + gatherMs - this.#nowMs();
      if (restMs > 0 && this.#waiting.length < tagsAtOnce) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    this.#isTaking = false;
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#socket?.send(isPaused ? 'pause' : 'resume');
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? (() => performance.now()))();
  }
}
