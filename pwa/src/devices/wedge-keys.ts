// A keydown of the browser to a key as the wedge machine knows it. Pure.
import type { WedgeKey } from './wedge-machine.ts';

/** What is read of a `KeyboardEvent`. */
export type KeydownFacts = Pick<
  KeyboardEvent,
  'key' | 'code' | 'keyCode' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing' | 'timeStamp'
>;

const SILENT_KEYS = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn'];
const TERMINATOR_CODES = ['Enter', 'NumpadEnter', 'Tab'];

/** `event.code` to the characters of a US keyboard, plain and with Shift: scanners come set to that layout. */
const US_PUNCTUATION: Readonly<Record<string, string>> = {
  Space: '  ',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Backquote: '`~',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  NumpadAdd: '++',
  NumpadSubtract: '--',
  NumpadMultiply: '**',
  NumpadDivide: '//',
  NumpadDecimal: '..',
};
const US_SHIFTED_DIGITS = ')!@#$%^&*(';

/** The key that was pressed; `undefined` for modifiers, which a scanner presses for capitals. */
export function wedgeKey(event: KeydownFacts, target: 'page' | 'field'): WedgeKey | undefined {
  if (SILENT_KEYS.includes(event.key)) return undefined;
  const atMs = event.timeStamp;
  // A held key repeats every 30 ms and would look like a scanner.
  if (event.repeat || event.metaKey) return { kind: 'other', atMs };
  // With a Chinese IME the browser says `Process` or keyCode 229 and hides the key: only `code` tells.
  const isHidden = event.isComposing || event.keyCode === 229 || event.key === 'Process';
  const usChar = usCharacter(event.code, event.shiftKey);
  // AltGr is Ctrl + Alt on Windows and makes characters such as `@` and `]`.
  if (event.ctrlKey && !event.altKey) return controlKey(event, atMs, target);
  if (TERMINATOR_CODES.includes(isHidden ? event.code : event.key) && !event.shiftKey && !event.altKey) {
    return { kind: 'terminator', atMs };
  }
  const char = isHidden ? usChar : event.key;
  if (char === undefined || [...char].length !== 1) return { kind: 'other', atMs };
  return { kind: 'char', char, usChar: usChar ?? char, atMs, target };
}

/** Scanners send control characters as Ctrl + key: GS as Ctrl+], CR as Ctrl+M, LF as Ctrl+J. */
function controlKey(event: KeydownFacts, atMs: number, target: 'page' | 'field'): WedgeKey {
  if (event.code === 'BracketRight' || event.key === ']' || event.key === '\x1d') {
    return { kind: 'char', char: '\x1d', usChar: '\x1d', atMs, target };
  }
  if (event.code === 'KeyJ' || event.code === 'KeyM') return { kind: 'terminator', atMs };
  return { kind: 'other', atMs };
}

function usCharacter(code: string, isShifted: boolean): string | undefined {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return isShifted ? letter : letter.toLowerCase();
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (digit !== undefined) return isShifted ? US_SHIFTED_DIGITS[Number(digit)] : digit;
  const numpad = /^Numpad([0-9])$/.exec(code)?.[1];
  return numpad ?? US_PUNCTUATION[code]?.[isShifted ? 1 : 0];
}
