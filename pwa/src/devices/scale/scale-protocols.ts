// What scales say over a serial line. Pure: text in, readings out. Only protocols that say the unit: the checkout protocols of
// Toledo do not, and a scale that is set to pounds would be sold from as if it were kilograms.

/** `isStable`: the pan has come to rest. `below-zero`: something was taken off after it was set to zero. */
export type ScaleReading =
  | { readonly kind: 'weight'; readonly grams: number; readonly isStable: boolean }
  | { readonly kind: 'below-zero' }
  | { readonly kind: 'overload' }
  /** It answers, and cannot say a weight: not ready, set to a unit that has no price here, a damaged line. */
  | { readonly kind: 'fault'; readonly text: string };

export type ScaleProtocol = {
  readonly name: string;
  readonly serial: { readonly baudRate: number; readonly dataBits: 8; readonly parity: 'none' };
  /** What asks for a weight; null: the scale speaks by itself. */
  readonly request: string | null;
  /** Reads whole answers; what is left of an answer that has not ended comes back as `rest`. */
  read(text: string): { readings: ScaleReading[]; rest: string };
};

export const scaleProtocolNames = ['mt-sics', 'cas'] as const;
export type ScaleProtocolName = (typeof scaleProtocolNames)[number];

/** An answer is some dozen characters: what is longer and never ends is noise. */
const maxRest = 200;

/** MT-SICS level 0 (METTLER TOLEDO and others): `SI` asks for what is on the pan, at rest or not. */
const mtSics: ScaleProtocol = {
  name: 'METTLER TOLEDO MT-SICS',
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none' },
  request: 'SI\r\n',
  read: (text) => readLines(text, readSicsLine),
};

/** CAS, A&D and many others: they speak by themselves, `ST,GS,+  0.425kg`. */
const cas: ScaleProtocol = {
  name: 'CAS, A&D',
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none' },
  request: null,
  read: (text) => readLines(text, readCasLine),
};

export const scaleProtocols: Readonly<Record<ScaleProtocolName, ScaleProtocol>> = {
  'mt-sics': mtSics,
  cas,
};

function readLines(text: string, read: (line: string) => ScaleReading): ReturnType<ScaleProtocol['read']> {
  const parts = text.split(/\r\n|\r|\n/);
  const rest = parts.pop() ?? '';
  const readings = parts.filter((line) => line !== '').map(read);
  return { readings, rest: rest.length > maxRest ? '' : rest };
}

function readSicsLine(line: string): ScaleReading {
  const [, status, weight] = /^S ([SDI+-])\s*(.*)$/.exec(line) ?? [];
  switch (status) {
    case 'S':
    case 'D':
      return weightOf(weight ?? '', status === 'S', line);
    case '+':
      return { kind: 'overload' };
    case '-':
      return { kind: 'below-zero' };
    default:
      return fault(line);
  }
}

function readCasLine(line: string): ScaleReading {
  const [, status, weight] = /^(ST|US|OL)(?:,(?:GS|NT))?,(.*)$/.exec(line.trim()) ?? [];
  if (status === undefined || weight === undefined) return fault(line);
  return status === 'OL' ? { kind: 'overload' } : weightOf(weight, status === 'ST', line);
}

/** `+  0.425 kg` or `425.0 g`. Another unit is none that a price is of. */
function weightOf(text: string, isStable: boolean, line: string): ScaleReading {
  const [, sign, whole = '', decimals = '', unit] =
    /^\s*([+-]?)\s*(\d{1,6})(?:\.(\d{1,5}))?\s*(kg|g)\s*$/i.exec(text) ?? [];
  if (unit === undefined) return fault(line);
  const shift = unit.toLowerCase() === 'kg' ? 3 : 0;
  // By text: 0.425 × 1000 is not 425 in binary.
  const digits = `${whole}${decimals.padEnd(shift, '0').slice(0, shift)}`;
  const roundsUp = (decimals[shift] ?? '0') >= '5';
  const grams = Number(digits) + (roundsUp ? 1 : 0);
  if (sign === '-' && grams > 0) return { kind: 'below-zero' };
  return { kind: 'weight', grams, isStable };
}

function fault(line: string): ScaleReading {
  // Control characters would be drawn as boxes.
  return { kind: 'fault', text: line.replace(/[^ -~]/g, '·').slice(0, 60) };
}
