export type SellCommand =
  | { type: 'search' | 'more' | 'fewer' | 'remove' | 'clear' | 'undo' | 'pay' | 'camera' | 'lock' | 'help' }
  | { type: 'choose'; step: number }
  | { type: 'set-quantity'; quantity: number };

export type KeyFacts = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Keys that no scanner types: they work at once and wherever the focus is. */
function functionKey({ key, ctrlKey, metaKey }: KeyFacts): SellCommand | null {
  if (key === 'F2') return { type: 'search' };
  if (key === 'F8') return { type: 'camera' };
  if (key === 'F9' || (key === 'Enter' && (ctrlKey || metaKey))) return { type: 'pay' };
  if (key === 'F10') return { type: 'lock' };
  return null;
}

/** Keys that work while nothing that takes text has the focus. */
function pageKey({ key, ctrlKey, metaKey, shiftKey }: KeyFacts): SellCommand | null {
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' ? { type: 'undo' } : null;
  if (key === 'ArrowUp') return { type: 'choose', step: -1 };
  if (key === 'ArrowDown') return { type: 'choose', step: 1 };
  if (key === 'Delete') return { type: shiftKey ? 'clear' : 'remove' };
  return null;
}

/** Printable keys: a scanner types them too, so they wait a moment. */
function printableKey(key: string, digits: string): SellCommand | null {
  if (key === '/') return { type: 'search' };
  if (key === '+' || key === '=') return { type: 'more' };
  if (key === '-') return { type: 'fewer' };
  if (key === '?') return { type: 'help' };
  if (key === '*' && digits !== '') return { type: 'set-quantity', quantity: Number(digits) };
  return null;
}

/** A printable key is a command when no other key follows within this time: hand scanners are faster. */
const aloneMs = 120;
/** Digits typed before `*` are forgotten after this time. */
const digitsMs = 4_000;

/** The keyboard of the selling screen. Attached before the hand scanner's listener, so that it sees every key. */
export class SellKeys {
  /** Set by the selling screen while it is there. */
  onCommand: ((command: SellCommand) => void) | null = null;
  #digits = '';
  #digitsAtMs = 0;
  #waiting: { key: string; timer: ReturnType<typeof setTimeout>; run: () => void } | null = null;

  /** Returns what stops it. */
  attach(target: Window): () => void {
    const listen = (event: KeyboardEvent) => this.#onKey(event);
    target.addEventListener('keydown', listen, true);
    return () => target.removeEventListener('keydown', listen, true);
  }

  /** A scan came in: digits before it were its own. */
  forget(): void {
    this.#digits = '';
    this.#cancel();
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (!this.onCommand || event.isComposing || target?.closest('[role="dialog"]')) return;
    const takesText = target?.matches('input, textarea, select') === true;
    const atOnce = functionKey(event) ?? (takesText ? null : pageKey(event));
    if (atOnce) {
      event.preventDefault();
      this.forget();
      this.onCommand(atOnce);
      return;
    }
    const isPrintable = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isPrintable && !takesText) this.#onPrintable(event);
  }

  #onPrintable(event: KeyboardEvent): void {
    const { key, timeStamp } = event;
    const isRepeated = this.#waiting?.key === key;
    if (isRepeated) this.#waiting?.run();
    this.#cancel();
    if (timeStamp - this.#digitsAtMs > digitsMs) this.#digits = '';
    if (/^[0-9]$/.test(key)) {
      this.#digits = `${this.#digits}${key}`.slice(-4);
      this.#digitsAtMs = timeStamp;
      return;
    }
    const command = printableKey(key, this.#digits);
    this.#digits = '';
    if (!command) return;
    // The character must not end up in the field that the command focuses, nor open the browser's own search.
    event.preventDefault();
    const run = () => this.onCommand?.(command);
    const timer = setTimeout(() => {
      this.#waiting = null;
      run();
    }, aloneMs);
    this.#waiting = { key, timer, run };
  }

  #cancel(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = null;
  }
}
