/** What a change made of one field. Null: it was not there. */
export type FieldChange = { field: string; before: unknown; after: unknown };

type Side = Readonly<Record<string, unknown>> | null;

/** The fields that differ between two sides of an audit entry, those of `before` first. */
export function difference(before: Side, after: Side): FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** A value in a line: nothing nested is left out, a picture is not written out. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'string') return value.startsWith('data:') ? '🖼' : value;
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(plainValue).join(', ');
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (typeof value !== 'object') return String(value);
  return Object.values(value).map(plainValue).join(' · ');
}
