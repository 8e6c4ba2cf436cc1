export type SellCommand =
  | {
      type:
        | 'search'
        | 'more'
        | 'fewer'
        | 'remove'
        | 'clear'
        | 'undo'
        | 'price'
        | 'return'
        | 'discount'
        | 'open-item'
        | 'gift-card'
        | 'bill'
        | 'park'
        | 'note'
        | 'member'
        | 'pay'
        | 'camera'
        | 'lock'
        | 'help';
    }
  | { type: 'choose'; step: number }
  | { type: 'set-quantity'; quantity: number };

export type KeyFacts = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Keys that no scanner types: they work at once and wherever the focus is. */
function functionKey({ key, ctrlKey, metaKey }: KeyFacts): SellCommand | null {
  if (key === 'F1') return { type: 'park' };
  if (key === 'F2') return { type: 'search' };
  if (key === 'F4') return { type: 'price' };
  if (key === 'F3') return { type: 'open-item' };
  if (key === 'F6') return { type: 'discount' };
  if (key === 'F7') return { type: 'return' };
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
  if (key === 'm') return { type: 'member' };
  if (key === '*' && digits !== '') return { type: 'set-quantity', quantity: Number(digits) };
  return null;
}

export type PressedKey = KeyFacts & Pick<KeyboardEvent, 'timeStamp' | 'isComposing' | 'preventDefault'>;
export type KeyPlace = 'dialog' | 'field' | 'page';

function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('[role="dialog"]')) return 'dialog';
  return target.matches('input, textarea, select') ? 'field' : 'page';
}

/** A printable key is a command when no other key follows within this time: hand scanners are faster. */
const aloneMs = 120;
/** Two of the same key at least this far apart are a person's. */
const repeatedMs = 60;
/** Digits typed before `*` are forgotten after this time. */
const digitsMs = 4_000;

/** The keyboard of the selling screen. Attached before the hand scanner's listener, so that it sees every key. */
export class SellKeys {
  /** Set by the selling screen while it is there. */
  onCommand: ((command: SellCommand) => void) | null = null;
  #digits = '';
  #digitsAtMs = 0;
  #waiting: { key: string; atMs: number; timer: ReturnType<typeof setTimeout>; run: () => void } | null = null;

  /** Returns what stops it. */
  attach(target: Window): () => void {
    const listen = (event: KeyboardEvent) => this.press(event, placeOf(event.target));
    target.addEventListener('keydown', listen, true);
    return () => target.removeEventListener('keydown', listen, true);
  }

  /** A scan came in: digits before it were its own. */
  forget(): void {
    this.#digits = '';
    this.#cancel();
  }

  /** One key; `place` says what has the focus. */
  press(key: PressedKey, place: KeyPlace): void {
    if (!this.onCommand || key.isComposing || place === 'dialog') return;
    const atOnce = functionKey(key) ?? (place === 'field' ? null : pageKey(key));
    if (atOnce) {
      key.preventDefault();
      this.forget();
      this.onCommand(atOnce);
      return;
    }
    const isPrintable = key.key.length === 1 && !key.ctrlKey && !key.metaKey && !key.altKey;
    if (isPrintable && place === 'page') this.#onPrintable(key);
  }

  #onPrintable(event: PressedKey): void {
    const { key, timeStamp } = event;
    const waiting = this.#waiting;
    // `//` of a scanned address is faster than a person repeats a key.
    if (waiting?.key === key && timeStamp - waiting.atMs >= repeatedMs) waiting.run();
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
    this.#waiting = { key, atMs: timeStamp, timer, run };
  }

  #cancel(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = null;
  }
}
