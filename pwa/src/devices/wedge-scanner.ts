// The DOM side of the wedge machine: listens to every key first, puts a field back after a scan.

import { wedgeKey } from './wedge-keys.ts';
import { IDLE, stepWedge, type WedgeState } from './wedge-machine.ts';

export interface WedgeScannerOptions {
  /** What the shop's scanners are set to send before every code; it is taken off. */
  readonly prefix?: string;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

interface FieldBefore {
  readonly value: string;
  readonly selectionStart: number | null;
  readonly selectionEnd: number | null;
}

const TEXT_TYPES = ['text', 'search', 'tel', 'url', 'email', 'number'];

/**
 * Reports every scan of a hand scanner that types, wherever the focus is. Keys are handled in the capture phase and at
 * once, with the time at which they were pressed, so a busy page loses none. The rules are in `wedge-machine.ts`.
 * Password fields, editable text and all inside `data-wedge="off"` (a form where a code is to be typed) are left alone.
 * @returns stops listening.
 */
export function startWedgeScanner(
  target: Window,
  onScan: (rawText: string) => void,
  options: WedgeScannerOptions = {},
): () => void {
  let state: WedgeState = IDLE;
  let isComposing = false;
  const before = new Map<Field, FieldBefore>();

  function onKeydown(event: KeyboardEvent): void {
    const focused = target.document.activeElement;
    // Nothing has the focus: a scan of fifty keys asks fifty times.
    const place = focused === target.document.body ? 'page' : placeOf(focused);
    const key = place === 'off' ? ({ kind: 'other', atMs: event.timeStamp } as const) : wedgeKey(event, place);
    if (key === undefined) return;
    const step = stepWedge(state, key, options.prefix);
    state = step.state;
    if (step.output.kind === 'start') {
      before.clear();
      isComposing = false;
    }
    if (key.kind === 'char' && place === 'field' && isField(focused) && !before.has(focused))
      before.set(focused, snapshot(focused));
    isComposing ||= event.isComposing || event.keyCode === 229;
    if (step.output.kind === 'pass' || step.output.kind === 'start') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (step.output.kind !== 'scan') return;
    for (const [field, was] of before) restore(field, was, isComposing);
    before.clear();
    onScan(step.output.text);
  }

  target.addEventListener('keydown', onKeydown, { capture: true });
  return () => target.removeEventListener('keydown', onKeydown, { capture: true });
}

function placeOf(focused: Element | null): 'page' | 'field' | 'off' {
  if (focused === null) return 'page';
  if (focused.closest('[data-wedge="off"]') !== null || (focused as HTMLElement).isContentEditable) return 'off';
  if (focused.matches('input[type="password"]')) return 'off';
  return isField(focused) ? 'field' : 'page';
}

function isField(element: Element | null): element is Field {
  if (element === null || !element.matches('input, textarea')) return false;
  const field = element as Field;
  return !field.readOnly && (element.matches('textarea') || TEXT_TYPES.includes(field.type));
}

function snapshot(field: Field): FieldBefore {
  // Fields of type number and email know no selection: null.
  return { value: field.value, selectionStart: field.selectionStart, selectionEnd: field.selectionEnd };
}

function restore(field: Field, was: FieldBefore, isComposing: boolean): void {
  // An input method writes what it is composing after us, unless the field loses the focus first.
  if (isComposing) field.blur();
  if (field.value !== was.value) {
    field.value = was.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  if (isComposing) field.focus();
  if (was.selectionStart !== null) field.setSelectionRange(was.selectionStart, was.selectionEnd ?? was.selectionStart);
}
