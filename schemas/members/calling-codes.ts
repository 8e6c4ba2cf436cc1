/** Of a country code: what is dialled before a number at home, and how many digits a number has there at most. */
export type Calling = { trunk: string; longest: number };

const usual: Calling = { trunk: '0', longest: 10 };
/** Where it is otherwise (ITU-T E.164 and the national numbering plans); all else is as `usual`. */
const special: Readonly<Record<string, Partial<Calling>>> = {
  '1': { trunk: '1' },
  '7': { trunk: '8' },
  '30': { trunk: '' },
  '34': { trunk: '', longest: 9 },
  '36': { trunk: '06', longest: 9 },
  '39': { trunk: '', longest: 11 },
  '43': { longest: 13 },
  '45': { trunk: '', longest: 8 },
  '47': { trunk: '', longest: 8 },
  '48': { trunk: '', longest: 9 },
  '49': { longest: 13 },
  '52': { trunk: '' },
  '55': { longest: 11 },
  '62': { longest: 12 },
  '65': { trunk: '', longest: 8 },
  '86': { longest: 11 },
  '351': { trunk: '', longest: 9 },
  '352': { trunk: '', longest: 11 },
  '354': { trunk: '', longest: 9 },
  '356': { trunk: '', longest: 8 },
  '370': { trunk: '0', longest: 8 },
  '371': { trunk: '', longest: 8 },
  '372': { trunk: '', longest: 8 },
  '420': { trunk: '', longest: 9 },
  '852': { trunk: '', longest: 8 },
  '853': { trunk: '', longest: 8 },
  '886': { longest: 9 },
  '971': { longest: 9 },
  '974': { trunk: '', longest: 8 },
};

/** By country code; undefined of what is none. */
export function calling(callingCode: string): Calling | undefined {
  return /^[1-9]\d{0,2}$/.test(callingCode) ? { ...usual, ...special[callingCode] } : undefined;
}

/** Of the time zones that stores are in: a store has a time zone and no country. */
const codeByZone: Readonly<Record<string, string>> = {
  'Europe/London': '44',
  'Europe/Dublin': '353',
  'Europe/Paris': '33',
  'Europe/Brussels': '32',
  'Europe/Amsterdam': '31',
  'Europe/Luxembourg': '352',
  'Europe/Berlin': '49',
  'Europe/Vienna': '43',
  'Europe/Zurich': '41',
  'Europe/Madrid': '34',
  'Europe/Lisbon': '351',
  'Europe/Rome': '39',
  'Europe/Athens': '30',
  'Europe/Copenhagen': '45',
  'Europe/Oslo': '47',
  'Europe/Stockholm': '46',
  'Europe/Helsinki': '358',
  'Europe/Warsaw': '48',
  'Europe/Prague': '420',
  'Europe/Budapest': '36',
  'Europe/Istanbul': '90',
  'Asia/Shanghai': '86',
  'Asia/Hong_Kong': '852',
  'Asia/Macau': '853',
  'Asia/Taipei': '886',
  'Asia/Singapore': '65',
  'Asia/Kuala_Lumpur': '60',
  'Asia/Tokyo': '81',
  'Asia/Seoul': '82',
  'Asia/Dubai': '971',
  'Asia/Riyadh': '966',
  'Asia/Kolkata': '91',
  'Asia/Jakarta': '62',
  'Asia/Bangkok': '66',
  'Australia/Sydney': '61',
  'Australia/Melbourne': '61',
  'Pacific/Auckland': '64',
  'America/New_York': '1',
  'America/Chicago': '1',
  'America/Denver': '1',
  'America/Los_Angeles': '1',
  'America/Toronto': '1',
  'America/Vancouver': '1',
  'America/Mexico_City': '52',
  'America/Sao_Paulo': '55',
  'Africa/Johannesburg': '27',
  'Africa/Lagos': '234',
};

/** The country code of where a store is; null: not known, and numbers stay as they are typed. */
export function callingCodeIn(timeZone: string): string | null {
  return codeByZone[timeZone] ?? null;
}
