// Tells a scanner that types (HID keyboard wedge) from a person who types. Pure: keys with their times in, what to do out.
//
// W1  Only a terminator (Enter, Tab, Ctrl+J, Ctrl+M) ends a scan; without one nothing is ever reported.
// W2  Keys at most KEY_GAP_MS apart are one burst. The pace of a burst is its median gap, so one hiccup does not count.
// W3  A pause of up to STALL_MS inside what was typed at a scanner's pace does not end the burst, but a burst that
//     stalled, or began within STALL_MS behind another that nothing ended, is in doubt: it is reported only when all of
//     it is a GTIN or an item code. Never a truncated number.
// W4  A burst at most PACE_MS a key that is a GTIN or an item code, has an AIM identifier or the shop's own prefix, is a
//     scan, whatever has the focus.
// W5  Any other text is a scan when nothing that takes text has the focus (PACE_MS, PAGE_MIN_CHARS), and in a field only
//     when no person types like that (FIELD_PACE_MS, FIELD_MIN_CHARS). Else it is typing and is left alone.
// W6  A scan's terminator is swallowed, and a second one right behind it (CR LF). So are fast keys outside a field, that
//     a space presses no button and a letter no shortcut. Keys in a field are typed, and the field is put back at the scan.
// W7  Any other key (Backspace, an arrow, a held key, a shortcut) and more keys than a scan has drop the burst and what
//     follows it at a scanner's pace. A key that is no more part of a burst drops nothing: a scan right behind it counts.

import { unreachable } from '#schemas/assert.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';

export const KEY_GAP_MS = 150;
export const STALL_MS = 2000;
export const PACE_MS = 110;
export const PAGE_MIN_CHARS = 4;
export const FIELD_PACE_MS = 35;
export const FIELD_MIN_CHARS = 6;
const SHORTCUT_PACE_MS = 50;
const SECOND_TERMINATOR_MS = 100;
const MAX_CHARS = 512;

/** `usChar` is what the key would be on a US keyboard; `target` says whether something that takes text has the focus. */
export type WedgeKey =
  | {
      readonly kind: 'char';
      readonly char: string;
      readonly usChar: string;
      readonly atMs: number;
      readonly target: 'page' | 'field';
    }
  | { readonly kind: 'terminator'; readonly atMs: number }
  | { readonly kind: 'other'; readonly atMs: number };

type CharKey = Extract<WedgeKey, { kind: 'char' }>;

export type WedgeState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'collecting'; readonly keys: readonly CharKey[]; readonly isInDoubt: boolean }
  | { readonly kind: 'dropped'; readonly lastAtMs: number }
  | { readonly kind: 'scanned'; readonly atMs: number };

/** `start`: pass the key on and remember what the field holds; `scan`: put the field back, swallow the key, report. */
export type WedgeOutput =
  | { readonly kind: 'pass' }
  | { readonly kind: 'start' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'scan'; readonly text: string };

export interface WedgeStep {
  readonly state: WedgeState;
  readonly output: WedgeOutput;
}

export const IDLE: WedgeState = { kind: 'idle' };
const PASS: WedgeOutput = { kind: 'pass' };
const SWALLOW: WedgeOutput = { kind: 'swallow' };

/** One key. `prefix` is what the shop's scanners are set to send first, `''` if nothing. */
export function stepWedge(state: WedgeState, key: WedgeKey, prefix = ''): WedgeStep {
  switch (key.kind) {
    case 'char':
      return onChar(state, key);
    case 'terminator':
      return onTerminator(state, key.atMs, prefix);
    case 'other':
      return { state: onOther(state, key.atMs), output: PASS };
    default:
      return unreachable(key);
  }
}

function onChar(state: WedgeState, key: CharKey): WedgeStep {
  switch (state.kind) {
    case 'idle':
    case 'scanned':
      return startBurst(key, false);
    case 'dropped': {
      const gapMs = key.atMs - state.lastAtMs;
      if (gapMs > KEY_GAP_MS) return startBurst(key, gapMs <= STALL_MS);
      return { state: { kind: 'dropped', lastAtMs: key.atMs }, output: PASS };
    }
    case 'collecting':
      return extendBurst(state, key);
    default:
      return unreachable(state);
  }
}

function onTerminator(state: WedgeState, atMs: number, prefix: string): WedgeStep {
  switch (state.kind) {
    case 'idle':
    case 'dropped':
      return { state: IDLE, output: PASS };
    case 'scanned':
      return { state: IDLE, output: atMs - state.atMs <= SECOND_TERMINATOR_MS ? SWALLOW : PASS };
    case 'collecting': {
      const join = joinOf(state.keys, atMs);
      const text = join === 'apart' ? undefined : readBurst(state.keys, state.isInDoubt || join === 'stalled', prefix);
      if (text === undefined) return { state: IDLE, output: PASS };
      return { state: { kind: 'scanned', atMs }, output: { kind: 'scan', text } };
    }
    default:
      return unreachable(state);
  }
}

function onOther(state: WedgeState, atMs: number): WedgeState {
  switch (state.kind) {
    case 'idle':
    case 'scanned':
      return IDLE;
    case 'collecting':
      return joinOf(state.keys, atMs) === 'apart' ? IDLE : { kind: 'dropped', lastAtMs: atMs };
    case 'dropped':
      return atMs - state.lastAtMs > STALL_MS ? IDLE : { kind: 'dropped', lastAtMs: atMs };
    default:
      return unreachable(state);
  }
}

function startBurst(key: CharKey, isInDoubt: boolean): WedgeStep {
  return { state: { kind: 'collecting', keys: [key], isInDoubt }, output: { kind: 'start' } };
}

function extendBurst(state: Extract<WedgeState, { kind: 'collecting' }>, key: CharKey): WedgeStep {
  const join = joinOf(state.keys, key.atMs);
  const gapMs = key.atMs - (state.keys.at(-1)?.atMs ?? key.atMs);
  if (join === 'apart') return startBurst(key, gapMs <= STALL_MS);
  if (state.keys.length >= MAX_CHARS) return { state: { kind: 'dropped', lastAtMs: key.atMs }, output: PASS };
  // Ctrl+] is never text, so a field loses nothing when it is swallowed.
  const isSwallowed = key.char === '\x1d' || (key.target === 'page' && gapMs <= SHORTCUT_PACE_MS);
  return {
    state: { kind: 'collecting', keys: [...state.keys, key], isInDoubt: state.isInDoubt || join === 'stalled' },
    output: isSwallowed ? SWALLOW : PASS,
  };
}

/** W2, W3: whether a key at `atMs` belongs to the burst. */
function joinOf(keys: readonly CharKey[], atMs: number): 'joined' | 'stalled' | 'apart' {
  const gapMs = atMs - (keys.at(-1)?.atMs ?? atMs);
  if (gapMs <= KEY_GAP_MS) return 'joined';
  if (gapMs > STALL_MS) return 'apart';
  const pace = paceMs(keys);
  // Letters at a person's pace in a field are the beginning of a name: a scan may well follow within two seconds.
  const isLikeCode = keys.some((key) => /[0-9]/.test(key.char)) || keys.every((key) => key.target === 'page');
  const isLikeScanner = pace <= PACE_MS && isLikeCode;
  return isLikeScanner || (keys.length >= 3 && pace <= FIELD_PACE_MS) ? 'stalled' : 'apart';
}

/** W3, W4, W5: the text of a scan, or `undefined` for a person's typing. */
function readBurst(keys: readonly CharKey[], isInDoubt: boolean, prefix: string): string | undefined {
  const pace = paceMs(keys);
  if (pace > PACE_MS) return undefined;
  const text = keys.map((key) => key.char).join('');
  // A scanner set to the US layout at a computer set to another one: the keys tell what was meant.
  for (const candidate of [text, keys.map((key) => key.usChar).join('')]) {
    const isPrefixed = prefix !== '' && candidate.startsWith(prefix);
    const code = isPrefixed ? candidate.slice(prefix.length) : candidate;
    if (parseScan(code).kind !== 'text') return code;
    if (isInDoubt) continue;
    if (code !== '' && (isPrefixed || /^\][A-Za-z][0-9A-Za-z]./.test(code))) return code;
  }
  if (isInDoubt) return undefined;
  const isInField = keys.some((key) => key.target === 'field');
  const isScan = isInField ? text.length >= FIELD_MIN_CHARS && pace <= FIELD_PACE_MS : text.length >= PAGE_MIN_CHARS;
  return isScan ? text : undefined;
}

/** The median gap between the keys in milliseconds, 0 for a single key. */
function paceMs(keys: readonly CharKey[]): number {
  const gaps = keys.slice(1).map((key, index) => key.atMs - (keys[index]?.atMs ?? key.atMs));
  gaps.sort((left, right) => left - right);
  return gaps[gaps.length >> 1] ?? 0;
}
