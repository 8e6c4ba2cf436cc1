/** Date and time of day in the store's time zone, for a person. */
export function dateTimeText(atMs: number, locale: string, timeZone: string | undefined): string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(locale, { ...style, ...(timeZone && { timeZone }) }).format(atMs);
}

/** Time of day in the store's time zone. */
export function timeText(atMs: number, locale: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...(timeZone && { timeZone }) }).format(atMs);
}

/** A calendar day, `2026-11-22`, for a person; it is the same day wherever it is read. */
export function dayText(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
}

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A span of time in its largest unit and the next: `2 hr, 5 min`. At least `0 seconds`. */
export function durationText(spanMs: number, locale: string): string {
  const at = steps.findIndex(([, unitMs]) => spanMs >= unitMs);
  const first = at === -1 ? steps.length - 1 : at;
  const parts: string[] = [];
  let leftMs = Math.max(spanMs, 0);
  for (const [unit, unitMs] of steps.slice(first, first + 2)) {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    if (count > 0 || parts.length === 0) {
      parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    }
  }
  // As the language writes its units: 2小时5分钟, 2 小時 5 分鐘, 2 hr 5 min.
  return parts.join(parts[0]?.includes(' ') ? ' ' : '');
}

/** Bytes in KB, MB or GB of a thousand each, one decimal. */
export function bytesText(bytes: number, locale: string): string {
  const [unit, size] =
    bytes >= 1e9
      ? (['gigabyte', 1e9] as const)
      : bytes >= 1e6
        ? (['megabyte', 1e6] as const)
        : (['kilobyte', 1e3] as const);
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / size);
}
