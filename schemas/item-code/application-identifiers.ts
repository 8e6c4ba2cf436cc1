// GS1's application identifiers (AIs): lengths and formats of their values (GS1 General Specifications, section 3.2,
// figures 7.8.4-1 and 7.8.5-2; the same list as GS1's Barcode Syntax Dictionary).

export type AiFormat = {
  /** The AI itself: two to four digits. */
  readonly ai: string;
  /** A value has at most so many characters. */
  readonly max: number;
  readonly pattern: RegExp;
  /** The value is made of digits alone. */
  readonly isNumeric: boolean;
};

/**
 * AI or range of AIs, then the format: `N6` six digits, `N..8` one to eight, `N3X..27` three digits and one to 27
 * characters, `N13[X..17]` thirteen digits and perhaps up to 17 characters. An `n` at the end of a range is its fourth digit.
 */
const TABLE = `
00 N18|01-03 N14|10 X..20|11-13 N6|15-17 N6|20 N2|21-22 X..20|235 X..28|240-241 X..30|242 N..6|243 X..20|250-251 X..30
253 N13[X..17]|254 X..20|255 N13[N..12]|30 N..8|310-316n N6|320-337n N6|340-357n N6|360-369n N6|37 N..8
3900-3909 N..15|3910-3919 N3N..15|3920-3929 N..15|3930-3939 N3N..15|3940-3943 N4|3950-3955 N6
400-401 X..30|402 N17|403 X..30|410-417 N13|420 X..20|421 N3X..9|422 N3|423 N3[N..12]|424 N3|425 N3[N..12]|426 N3
427 X..3|4300-4301 X..35|4302-4306 X..70|4307 X2|4308 X..30|4309 N20|4310-4311 X..35|4312-4316 X..70|4317 X2
4318 X..20|4319 X..30|4320 X..35|4321-4323 N1|4324-4325 N10|4326 N6|4330-4333 N6[X1]
7001 N13|7002 X..30|7003 N10|7004 N..4|7005 X..12|7006 N6|7007 N6[N6]|7008 X..3|7009 X..10|7010 X..2|7011 N6[N4]
7020-7022 X..20|7023 X..30|7030-7039 N3X..27|7040 N1X3|7041 X..4|710-717 X..20|7230-7239 X2X..28|7240 X..20|7241 N2
7242 X..25|7250 N8|7251 N12|7252 N1|7253-7254 X..40|7255 X..10|7256 X..90|7257 X..70|7258 X3|7259 X..40
8001 N14|8002 X..20|8003 N14[X..16]|8004 X..30|8005 N6|8006 N18|8007 X..34|8008 N8[N..4]|8009 X..50|8010 Y..30
8011 N..12|8012 X..20|8013-8014 X..25|8017-8018 N18|8019 N..10|8020 X..25|8026 N18|8030 Z..90|8040-8041 N15|8042 N32
8043 N18[N..2]|8110 X..70|8111 N4|8112 X..70|8200 X..70|90 X..30|91-99 X..90`;

/** GS1's character sets as regular expressions: digits, set 82 (figure 7.11-1), set 39 (7.11-2), base64url (7.11-3). */
const CHARSETS: Readonly<Record<string, string>> = {
  N: '[0-9]',
  X: `[!"%&'()*+,\\-./0-9:;<=>?A-Z_a-z]`,
  Y: '[#\\-/0-9A-Z]',
  Z: '[-_0-9A-Za-z=]',
};

const FORMATS: ReadonlyMap<string, AiFormat> = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .flatMap(formatsOfRow)
    .map((format) => [format.ai, format]),
);

function formatsOfRow(row: string): AiFormat[] {
  const [ais = '', format = ''] = row.split(' ');
  const [first = '', last = first] = ais.split('-');
  // Decimal places of measures go from 0 to 5.
  const decimals = last.endsWith('n') ? ['0', '1', '2', '3', '4', '5'] : [''];
  const count = parseInt(last, 10) - Number(first) + 1;
  const shape = shapeOf(format);
  return Array.from({ length: count }, (_, at) => String(Number(first) + at).padStart(first.length, '0')).flatMap(
    (group) => decimals.map((decimal) => ({ ai: `${group}${decimal}`, ...shape })),
  );
}

function shapeOf(format: string): Omit<AiFormat, 'ai'> {
  let max = 0;
  let source = '';
  for (const [, bracket, charset = '', range, length = ''] of format.matchAll(/(\[)?([NXYZ])(\.\.)?(\d+)/g)) {
    max += Number(length);
    const part = `${CHARSETS[charset]}{${range === undefined ? '' : '1,'}${length}}`;
    source += bracket === undefined ? part : `(?:${part})?`;
  }
  return { max, pattern: new RegExp(`^${source}$`), isNumeric: !/[XYZ]/.test(format) };
}

/** Lengths of AI + value by the AI's first two digits: those need no separator, now or ever (figure 7.8.5-2). */
const PREDEFINED_LENGTHS: Readonly<Record<string, number>> = {
  '00': 20,
  '01': 16,
  '02': 16,
  '03': 16,
  '04': 18,
  '11': 8,
  '12': 8,
  '13': 8,
  '14': 8,
  '15': 8,
  '16': 8,
  '17': 8,
  '18': 8,
  '19': 8,
  '20': 4,
  '31': 10,
  '32': 10,
  '33': 10,
  '34': 10,
  '35': 10,
  '36': 10,
  '41': 16,
};

/** How many digits an AI has, by its first two (figure 7.8.4-1): all AIs of such a group have as many. */
const AI_LENGTHS: ReadonlyMap<string, number> = new Map(
  [...FORMATS.keys(), ...Object.keys(PREDEFINED_LENGTHS).filter((group) => !/^(?:3|41)/.test(group))].map((ai) => [
    ai.slice(0, 2),
    ai.length,
  ]),
);

/** The format of the AI that a text begins with; `undefined` if there is none, or only the beginning of one. */
export function aiFormatAt(text: string): AiFormat | undefined {
  const group = text.slice(0, 2);
  const aiLength = AI_LENGTHS.get(group);
  if (aiLength === undefined) return undefined;
  const ai = text.slice(0, aiLength);
  return FORMATS.get(ai) ?? unassigned(ai, aiLength);
}

/** What GS1 may yet assign in a group that exists: passed over by its length, or up to the separator. */
function unassigned(ai: string, aiLength: number): AiFormat | undefined {
  if (ai.length < aiLength || !/^[0-9]+$/.test(ai)) return undefined;
  const total = predefinedLength(ai);
  return { ai, ...shapeOf(total === undefined ? 'X..90' : `N${total - aiLength}`) };
}

/** The format of an AI that stands by itself, as in brackets or a link. */
export function aiFormat(ai: string): AiFormat | undefined {
  const format = aiFormatAt(ai);
  return format?.ai === ai ? format : undefined;
}

/** Characters of AI + value where the AI's value needs no separator behind it, else `undefined`. */
export function predefinedLength(ai: string): number | undefined {
  return PREDEFINED_LENGTHS[ai.slice(0, 2)];
}
