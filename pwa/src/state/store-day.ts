/** The day so many days after another, `2026-11-22`: days of the calendar, in whatever zone they are. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
