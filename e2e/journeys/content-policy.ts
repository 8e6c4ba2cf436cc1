import type { Page } from '@playwright/test';

type Violation = Record<'effectiveDirective' | 'blockedURI' | 'sourceFile' | 'lineNumber' | 'sample', string>;

/**
 * What the page's Content-Security-Policy stops from now on, as `directive: what, where`. Workers tell theirs on the
 * console only.
 */
export async function policyViolations(page: Page): Promise<string[]> {
  const violations: string[] = [];
  await page.exposeFunction('tellViolation', (text: string) => void violations.push(text));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event as unknown as Violation;
      const text = `${effectiveDirective}: ${blockedURI} ${sample}, ${location.pathname} ${sourceFile}:${lineNumber}`;
      void (globalThis as unknown as { tellViolation(said: string): Promise<void> }).tellViolation(text);
    });
  });
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  return violations;
}
