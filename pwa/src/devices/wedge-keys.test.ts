import { describe, expect, test } from 'vitest';
import { type KeydownFacts, wedgeKey } from './wedge-keys.ts';

function keydown(facts: Partial<KeydownFacts>): KeydownFacts {
  const plain = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false };
  return { key: '', code: '', keyCode: 0, timeStamp: 7, ...plain, ...facts };
}
const read = (facts: Partial<KeydownFacts>) => wedgeKey(keydown(facts), 'page');
const char = (text: string, usChar = text) => ({ kind: 'char', char: text, usChar, atMs: 7, target: 'page' });

describe('a keydown', () => {
  test('a character, with the one of a US keyboard beside it', () => {
    expect(read({ key: '4', code: 'Digit4' })).toEqual(char('4'));
    expect(read({ key: 'A', code: 'KeyA', shiftKey: true })).toEqual(char('A'));
    expect(read({ key: "'", code: 'Digit4' })).toEqual(char("'", '4'));
    expect(read({ key: '7', code: 'Numpad7' })).toEqual(char('7'));
    expect(read({ key: ':', code: 'Semicolon', shiftKey: true })).toEqual(char(':'));
  });

  test('with a Chinese IME the key is hidden and the code tells', () => {
    expect(read({ key: 'Process', keyCode: 229, code: 'Digit4' })).toEqual(char('4'));
    expect(read({ key: 'Process', keyCode: 229, code: 'KeyC', shiftKey: true })).toEqual(char('C'));
    expect(read({ key: 'Process', keyCode: 229, code: 'BracketRight' })).toEqual(char(']'));
    expect(read({ key: 'h', keyCode: 229, code: 'KeyH', isComposing: true })).toEqual(char('h'));
    expect(read({ key: 'Process', keyCode: 229, code: 'Enter' })).toEqual({ kind: 'terminator', atMs: 7 });
    expect(read({ key: 'Unidentified', keyCode: 229, code: '' })).toEqual({ kind: 'other', atMs: 7 });
  });

  test('GS is Ctrl+], CR is Ctrl+M, LF is Ctrl+J', () => {
    expect(read({ key: ']', code: 'BracketRight', ctrlKey: true })).toEqual(char('\x1d'));
    expect(read({ key: 'm', code: 'KeyM', ctrlKey: true })).toEqual({ kind: 'terminator', atMs: 7 });
    expect(read({ key: 'j', code: 'KeyJ', ctrlKey: true })).toEqual({ kind: 'terminator', atMs: 7 });
    expect(read({ key: 'c', code: 'KeyC', ctrlKey: true })).toEqual({ kind: 'other', atMs: 7 });
  });

  test('AltGr makes characters', () => {
    expect(read({ key: ']', code: 'Digit9', ctrlKey: true, altKey: true })).toEqual(char(']', '9'));
  });

  test('modifiers are nothing; held keys, shortcuts and arrows are a person', () => {
    expect(read({ key: 'Shift', code: 'ShiftLeft', shiftKey: true })).toBeUndefined();
    expect(read({ key: 'Control', code: 'ControlLeft', ctrlKey: true })).toBeUndefined();
    for (const facts of [
      { key: '7', repeat: true },
      { key: 'v', metaKey: true },
      { key: 'ArrowLeft' },
      { key: 'F5' },
    ]) {
      expect(read(facts)).toEqual({ kind: 'other', atMs: 7 });
    }
    expect(read({ key: 'Tab', code: 'Tab', shiftKey: true })).toEqual({ kind: 'other', atMs: 7 });
  });

  test('Enter, the Enter of the number pad and Tab end', () => {
    for (const key of ['Enter', 'Tab']) expect(read({ key, code: key })).toEqual({ kind: 'terminator', atMs: 7 });
    expect(read({ key: 'Enter', code: 'NumpadEnter' })).toEqual({ kind: 'terminator', atMs: 7 });
  });
});
