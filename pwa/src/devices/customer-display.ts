// A second window of this device, turned to the customer. Windows of one origin hear each other over a channel.

/** What the two windows speak with; the browser's own BroadcastChannel, or a test's. */
export type DisplayChannel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>;

type Said = { from: 'till'; view: unknown } | { from: 'display'; asks: 'view' };

/** The till says what it shows at least so often, also when nothing changes: a display that hears nothing knows it is gone. */
const beatMs = 3_000;
const silentMs = 10_000;

function openChannel(): DisplayChannel {
  return new BroadcastChannel('onecode-customer-display');
}

/** The till's side. Costs nothing while no display has asked. */
export class CustomerDisplayFeed {
  readonly #channel: DisplayChannel;
  readonly #timer: ReturnType<typeof setInterval>;
  #isHeard = false;
  #view: (() => unknown) | null = null;

  constructor(open: () => DisplayChannel = openChannel) {
    this.#channel = open();
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      if (data?.from !== 'display') return;
      this.#isHeard = true;
      this.#say();
    });
    this.#timer = setInterval(() => this.#say(), beatMs);
  }

  /** Shows this; `view` is asked for only while somebody looks. */
  show(view: () => unknown): void {
    this.#view = view;
    this.#say();
  }

  /** Says that nothing is shown here any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#view = () => ({ phase: 'closed' });
    this.#say();
    this.#channel.close();
  }

  #say(): void {
    if (!this.#isHeard || this.#view === null) return;
    const said: Said = { from: 'till', view: this.#view() };
    this.#channel.postMessage(said);
  }
}

/**
 * The display's side.
 * @param onView what the till shows; null: no till has been heard for a while.
 * @returns stops listening.
 */
export function watchCustomerDisplay(
  onView: (view: unknown) => void,
  open: () => DisplayChannel = openChannel,
): () => void {
  const channel = open();
  let silence: ReturnType<typeof setTimeout> | undefined;
  function expectMore() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      onView(null);
      ask();
      expectMore();
    }, silentMs);
  }
  function ask() {
    const said: Said = { from: 'display', asks: 'view' };
    channel.postMessage(said);
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
    if (data?.from !== 'till') return;
    expectMore();
    onView(data.view);
  });
  ask();
  expectMore();
  // A till that starts later does not know that somebody looks.
  const asking = setInterval(ask, beatMs);
  return () => {
    clearTimeout(silence);
    clearInterval(asking);
    channel.close();
  };
}
