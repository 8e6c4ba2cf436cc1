import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type KeyPlace, type SellCommand, SellKeys } from './sell-keys.ts';

let keys: SellKeys;
let commands: SellCommand[];
let atMs: number;
let prevented: string[];

function press(key: string, afterMs = 200, place: KeyPlace = 'page', modifiers: Partial<KeyboardEvent> = {}): void {
  vi.advanceTimersByTime(afterMs);
  atMs += afterMs;
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false };
  keys.press({ ...none, ...modifiers, key, timeStamp: atMs, preventDefault: () => prevented.push(key) }, place);
}

beforeEach(() => {
  vi.useFakeTimers();
  keys = new SellKeys();
  commands = [];
  prevented = [];
  atMs = 0;
  keys.onCommand = (command) => commands.push(command);
});
afterEach(() => {
  vi.useRealTimers();
});

test('function keys work at once, in a field too; arrows and Delete only outside of one', () => {
  press('F9', 0, 'field');
  press('Enter', 0, 'field', { ctrlKey: true });
  press('ArrowUp', 0, 'field');
  press('ArrowUp', 0);
  press('Delete', 0, 'page', { shiftKey: true });
  press('z', 0, 'page', { ctrlKey: true });
  expect(commands).toEqual([
    { type: 'pay' },
    { type: 'pay' },
    { type: 'choose', step: -1 },
    { type: 'clear' },
    { type: 'undo' },
  ]);
});

test('a printable key that stands alone is a command, and its character goes nowhere', () => {
  press('/');
  expect(commands).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(commands).toEqual([{ type: 'search' }]);
  expect(prevented).toEqual(['/']);
});

test('the same key pressed fast counts each time', () => {
  press('+', 100);
  press('+', 100);
  press('+', 100);
  vi.advanceTimersByTime(200);
  expect(commands).toEqual([{ type: 'more' }, { type: 'more' }, { type: 'more' }]);
});

test('a number and a star set the quantity; a number that is old does not', () => {
  press('1');
  press('2');
  press('*');
  vi.advanceTimersByTime(200);
  press('7');
  press('*', 5_000);
  vi.advanceTimersByTime(200);
  expect(commands).toEqual([{ type: 'set-quantity', quantity: 12 }]);
});

test('what a hand scanner types is no command', () => {
  for (const key of 'https://shop.example/01/09506000134352/21/A-1+2?x=*') press(key, 10);
  keys.forget();
  vi.advanceTimersByTime(1_000);
  press('*');
  vi.advanceTimersByTime(1_000);
  expect(commands).toEqual([]);
});

test('keys in a dialog and inside an input method are left alone', () => {
  press('F9', 0, 'dialog');
  press('+', 0, 'dialog');
  press('+', 0, 'page', { isComposing: true });
  vi.advanceTimersByTime(1_000);
  expect(commands).toEqual([]);
});
