/** What a check of the doctor's found. */
export type Finding = {
  level: 'ok' | 'warning' | 'error';
  /** What was looked at: `store Camden: chain`. */
  subject: string;
  message: string;
  /** What to do; empty where nothing is. */
  advice: string;
};

export function well(subject: string, message: string): Finding {
  return { level: 'ok', subject, message, advice: '' };
}

export function warning(subject: string, message: string, advice: string): Finding {
  return { level: 'warning', subject, message, advice };
}

export function trouble(subject: string, message: string, advice: string): Finding {
  return { level: 'error', subject, message, advice };
}

/** `1, 2, 3 and 4 more`. */
export function some(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
