const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks were from UTC at a moment, `+01:00`, as EPCIS writes it. */
export function timeZoneOffset(timeZone: string, atMs: number): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  // `GMT+01:00`, or `GMT` alone; zones of the past had seconds, which EPCIS has not.
  return /^GMT([+-]\d{2}:\d{2})/.exec(name)?.[1] ?? '+00:00';
}
