import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * What Vitest's JSON report says. A file that could not be loaded has no tests, so it counts as one that failed.
 * @param {{ numPassedTests: number, numTotalTests: number, numFailedTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countVitest(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numTotalTests - report.numPassedTests - report.numFailedTests,
  };
}

/**
 * What Playwright's JSON report says. A flaky test passed in the end; errors outside tests count as failures.
 * @param {{ stats: { expected: number, flaky: number, unexpected: number, skipped: number }, errors?: unknown[] }} report
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors = [] }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
}

/**
 * The counts of one step: from its report when it wrote one, else one test by its exit code. A step that ended badly
 * never counts as if all had passed.
 * @template Report
 * @param {number} exitCode
 * @param {{ file: string, count(report: Report): Counts } | undefined} report
 * @returns {Counts}
 */
export function countStep(exitCode, report) {
  const isGood = exitCode === 0;
  if (!report || !existsSync(report.file))
    return { passed: isGood && !report ? 1 : 0, failed: isGood && !report ? 0 : 1, skipped: 0 };
  const counts = report.count(JSON.parse(readFileSync(report.file, 'utf8')));
  const isHidden = !isGood && counts.failed === 0;
  return { ...counts, failed: isHidden ? 1 : counts.failed };
}

/** @param {Counts[]} all @returns {Counts} */
export function sumCounts(all) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}

/** The closing line, which CI reads. @param {Counts} counts */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
