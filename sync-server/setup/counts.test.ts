import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countPlaywright, countStep, countsLine, countVitest, sumCounts } from './counts.js';

const folder = mkdtempSync(join(tmpdir(), 'onecode-counts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vitestReport = {
  numPassedTests: 3,
  numFailedTests: 1,
  numTotalTests: 5,
  testResults: [
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'failed', assertionResults: [] },
  ],
};

test('a test file that cannot be loaded counts as one failure', () => {
  expect(countVitest(vitestReport)).toEqual({ passed: 3, failed: 2, skipped: 1 });
});

test('a flaky journey passed, an error outside the journeys failed', () => {
  const report = { stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 1 }, errors: ['no server'] };
  expect(countPlaywright(report)).toEqual({ passed: 5, failed: 3, skipped: 1 });
});

test('a step without a report is one test', () => {
  expect(countStep(0, undefined)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countStep(2, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a step whose report is missing failed, whatever its exit code', () => {
  const report = { file: join(folder, 'missing.json'), count: countVitest };
  expect(countStep(0, report)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a step that ended badly is never all green', () => {
  const file = join(folder, 'green.json');
  writeFileSync(file, JSON.stringify({ ...vitestReport, numFailedTests: 0, testResults: [] }));
  expect(countStep(1, { file, count: countVitest }).failed).toBe(1);
  expect(countStep(0, { file, count: countVitest }).failed).toBe(0);
});

test('the closing line names what was skipped only when something was', () => {
  const sum = sumCounts([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 3, failed: 1, skipped: 0 },
  ]);
  expect(countsLine(sum)).toBe('5 passed, 1 failed');
  expect(countsLine({ ...sum, skipped: 2 })).toBe('5 passed, 1 failed, 2 skipped');
});
