import { describe, expect, test } from 'vitest';
import { startWedgeScanner } from './wedge-scanner.ts';

const EAN = '4006381333931';

/** As much of a text field as the scanner touches. */
class FakeField extends EventTarget {
  readOnly = false;
  isContentEditable = false;
  value = '';
  selectionStart = 0;
  selectionEnd = 0;
  readonly inputs: string[] = [];
  readonly type: string;
  readonly isInsideOff: boolean;

  constructor(type = 'search', isInsideOff = false) {
    super();
    this.type = type;
    this.isInsideOff = isInsideOff;
    this.addEventListener('input', () => this.inputs.push(this.value));
  }

  matches(selector: string): boolean {
    return selector === 'input, textarea' || (selector === 'input[type="password"]' && this.type === 'password');
  }

  closest(): FakeField | null {
    return this.isInsideOff ? this : null;
  }

  setSelectionRange(start: number, end: number): void {
    this.selectionStart = start;
    this.selectionEnd = end;
  }
}

/** A window whose focused field takes the keys that nobody swallowed, as a browser does. */
class FakeWindow extends EventTarget {
  readonly document: { activeElement: FakeField | null } = { activeElement: null };
  atMs = 1000;

  press(key: string, gapMs: number, code = /[0-9]/.test(key) ? `Digit${key}` : key): boolean {
    this.atMs += gapMs;
    const facts = { key, code, keyCode: 0, timeStamp: this.atMs };
    const flags = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false };
    const event = new Event('keydown', { cancelable: true });
    for (const [name, value] of Object.entries({ ...facts, ...flags })) Object.defineProperty(event, name, { value });
    const isPassed = this.dispatchEvent(event);
    const field = this.document.activeElement;
    if (isPassed && field !== null && key.length === 1) {
      field.value = `${field.value.slice(0, field.selectionStart)}${key}${field.value.slice(field.selectionEnd)}`;
      field.setSelectionRange(field.selectionStart + 1, field.selectionStart + 1);
    }
    return isPassed;
  }

  type(text: string, gapMs: number): boolean {
    for (const key of text) this.press(key, gapMs);
    return this.press('Enter', gapMs);
  }
}

function setUp(field: FakeField | null = null) {
  const window = new FakeWindow();
  window.document.activeElement = field;
  const scans: string[] = [];
  const stop = startWedgeScanner(window as unknown as Window, (text) => scans.push(text));
  return { window, scans, stop };
}

describe('the wedge scanner in a window', () => {
  test('a scan with nothing focused is reported and its Enter is swallowed', () => {
    const { window, scans } = setUp();
    expect(window.type(EAN, 12)).toBe(false);
    expect(scans).toEqual([EAN]);
  });

  test('a scan into the search field puts back what was there, the cursor too, and tells the page', () => {
    const field = new FakeField();
    field.value = 'blue shirt';
    field.setSelectionRange(4, 10);
    const { window, scans } = setUp(field);
    expect(window.type(EAN, 80)).toBe(false);
    expect(scans).toEqual([EAN]);
    expect(field).toMatchObject({ value: 'blue shirt', selectionStart: 4, selectionEnd: 10 });
    expect(field.inputs).toEqual(['blue shirt']);
  });

  test('a person typing in the search field goes on working, Enter too', () => {
    const field = new FakeField();
    const { window, scans } = setUp(field);
    expect(window.type('shirt 42', 160)).toBe(true);
    expect(scans).toEqual([]);
    expect(field).toMatchObject({ value: 'shirt 42', inputs: [] });
  });

  test('what a person typed before the scan stays in the field', () => {
    const field = new FakeField();
    const { window, scans } = setUp(field);
    for (const key of 'shi') window.press(key, 180);
    window.press('4', 900);
    for (const key of EAN.slice(1)) window.press(key, 10);
    window.press('Enter', 10);
    expect(scans).toEqual([EAN]);
    expect(field.value).toBe('shi');
  });

  test('a focus that moves into a field in the middle of a scan leaves no digits there', () => {
    const field = new FakeField();
    const { window, scans } = setUp();
    for (const key of EAN.slice(0, 5)) window.press(key, 10);
    window.document.activeElement = field;
    for (const key of EAN.slice(5)) window.press(key, 10);
    window.press('Enter', 10);
    expect(scans).toEqual([EAN]);
    expect(field.value).toBe('');
  });

  test.each([
    ['a password field', new FakeField('password')],
    ['a form marked data-wedge="off"', new FakeField('text', true)],
  ])('%s is left alone', (_name, field) => {
    const { window, scans } = setUp(field);
    expect(window.type(EAN, 10)).toBe(true);
    expect(scans).toEqual([]);
    expect(field.value).toBe(EAN);
  });

  test('after the stop nothing is heard', () => {
    const { window, scans, stop } = setUp();
    stop();
    expect(window.type(EAN, 10)).toBe(true);
    expect(scans).toEqual([]);
  });
});
