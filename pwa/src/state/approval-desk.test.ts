import { expect, test, vi } from 'vitest';
import type { ApprovalItem, ApprovalList } from '#schemas/api/approvals.ts';
import { fail, ok } from '#schemas/result.ts';
import { ApprovalDesk } from './approval-desk.svelte.ts';

const request: ApprovalItem = {
  requestId: '00000000-0000-4000-8000-000000000001',
  tillNumber: 3,
  operator: { operatorId: 'theo', name: 'Theo' },
  right: 'change-price',
  reason: 'Damaged',
  detail: [],
  askedAtMs: 1_000_000,
  expiresAtMs: 1_120_000,
  status: 'waiting',
  decidedBy: null,
  decidedAtMs: null,
  isOwn: false,
};
const list = (version: string, requests: ApprovalItem[]): ApprovalList => ({
  serverTimeMs: 1_000_000,
  version,
  requests,
});

/** Answers one after the other, then none. */
function deskOf(answers: unknown[]) {
  const asked: string[] = [];
  const ask = (path: string) => {
    asked.push(path);
    return answers.length > 0 ? Promise.resolve(answers.shift()) : new Promise(() => undefined);
  };
  const desk = new ApprovalDesk(
    { ask: ask as never, may: (right) => right === 'sell' },
    () => 500,
    async () => undefined,
  );
  return { desk, asked };
}

test('a list is asked for again from where the last one was, also after a failure', async () => {
  const { desk, asked } = deskOf([ok(list('v1', [])), fail({ code: 'offline' }), ok(list('v2', [request]))]);
  const stop = desk.start();
  await vi.waitFor(() => expect(desk.list?.version).toBe('v2'));
  expect(asked.map((path) => path.replace(/&.*/, ''))).toEqual([
    'approvals?known=',
    'approvals?known=v1',
    'approvals?known=v1',
    'approvals?known=v2',
  ]);
  expect([desk.failure, desk.isOpen]).toEqual([null, true]);
  stop();
});

test("how long a request still waits is told by the server's clock", async () => {
  const { desk } = deskOf([ok(list('v1', [request]))]);
  const stop = desk.start();
  await vi.waitFor(() => expect(desk.list).not.toBeNull());
  expect(desk.leftMs(request, 500)).toBe(120_000);
  expect(desk.waiting(500 + 119_999).length).toBe(1);
  expect(desk.waiting(500 + 120_000)).toEqual([]);
  stop();
});

test('a decision is sent and the list read anew; why it failed is told', async () => {
  const { desk, asked } = deskOf([fail({ code: 'conflict' }), ok(list('v1', []))]);
  expect(await desk.decide(request.requestId, 'denied')).toBe('conflict');
  expect(asked).toEqual([`approvals/${request.requestId}`, 'approvals']);
});
