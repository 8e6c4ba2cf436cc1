/** One row of the closing table; times in milliseconds unless `unit` says otherwise. */
export type Figure = {
  what: string;
  plain: string;
  throttled: string;
  targetPlain: string;
  targetThrottled: string;
};

/** The value below which `share` of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** `12 / 31 ms (60)`: median, 95th percentile, number of samples. One sample stands alone. */
export function spread(samples: readonly number[]): string {
  if (samples.length === 0) return '–';
  const text = (ms: number) => (ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);
  if (samples.length === 1) return text(samples[0] ?? Number.NaN);
  return `${text(percentile(samples, 0.5))} / ${text(percentile(samples, 0.95))} (${samples.length})`;
}

export function printFigures(figures: readonly Figure[]): void {
  const head = ['what (median / p95)', 'plain', '4× throttled', 'target', 'target 4×'];
  const rows = figures.map((row) => [row.what, row.plain, row.throttled, row.targetPlain, row.targetThrottled]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}
