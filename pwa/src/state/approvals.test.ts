import { beforeEach, expect, test, vi } from 'vitest';
import { approvalSchema } from '#schemas/policy/approval.ts';
import { fail, ok } from '#schemas/result.ts';
import { FakeAuthenticator } from '../db/fake-authenticator.ts';
import { type ApprovalNeed, Approvals } from './approvals.svelte.ts';
import { FakeTill } from './fake-till.ts';
import type { PasskeyDevice } from './passkey-device.ts';

const need: ApprovalNeed = { right: 'change-price', reason: 'Damaged', detail: ['Coat', '£120 → £90'] };
const dayMs = 86_400_000;
let till: FakeTill;
let operatorId: string | null;
let nowMs: number;
let approvals: Approvals;
let passkeys: PasskeyDevice | null;

beforeEach(() => {
  till = new FakeTill();
  operatorId = 'ann';
  nowMs = 1_000;
  passkeys = null;
  makeApprovals();
});

function makeApprovals(): void {
  approvals = new Approvals({
    till: () => till,
    staff: () => till.config().staff,
    operatorId: () => operatorId,
    newId: () => '00000000-0000-4000-8000-000000000001',
    nowMs: () => nowMs,
    passkeys,
    signal: () => undefined,
    pause: async () => {
      nowMs += 100_000;
    },
  });
}

test("a second person's PIN gives an approval that says who, what, why, how and by how old a list", async () => {
  till.listAgeMs = 5_000;
  const asked = approvals.request(need);
  expect(approvals.approvers.map((row) => row.operatorId)).toEqual(['bob']);
  expect(await approvals.byPin('bob', '1234')).toBeNull();
  expect(await asked).toEqual({
    right: 'change-price',
    operatorId: 'bob',
    method: 'pin',
    reason: 'Damaged',
    approvedAtMs: till.nowMs(),
    staffListAgeMs: 5_000,
  });
  expect(approvals.need).toBeNull();
});

test('[A1] a wrong PIN, the own badge, and somebody without the right approve nothing', async () => {
  const asked = approvals.request(need);
  expect(await approvals.byPin('bob', '0000')).toEqual({ code: 'wrong-pin', attemptsLeft: 4 });
  expect(await approvals.byBadge('OCB1ANN')).toEqual({ code: 'own-approval' });
  operatorId = 'bob';
  approvals.request(need);
  expect(await approvals.byBadge('OCB1ANN')).toEqual({ code: 'approver-lacks-right', name: 'Ann' });
  expect(approvals.need).toEqual(need);
  expect(await asked, 'a new request ends the one before').toBeNull();
});

test('[A1] a passkey approves what it signed for; one that is not theirs, and one of who lacks the right, nothing', async () => {
  const [bobs, anns] = [await FakeAuthenticator.make('bobs'), await FakeAuthenticator.make('anns')];
  till.setStaff(
    till.config().staff.map((row) => (row.operatorId === 'bob' ? { ...row, passkeys: [bobs.passkey] } : row)),
  );
  let device = anns;
  const place = { origin: 'https://shop.example', rpId: 'shop.example' };
  let isWilling = true;
  passkeys = { ...place, sign: async (challenge) => (isWilling ? device.sign({ challenge, ...place }) : null) };
  makeApprovals();
  const asked = approvals.request({ ...need, reason: null });
  expect(till.config().staff.map((row) => approvals.hasPasskey(row))).toEqual([false, true]);
  expect(await approvals.byPasskey('bob')).toEqual({ code: 'passkey-refused' });
  isWilling = false;
  expect(await approvals.byPasskey('bob')).toEqual({ code: 'passkey-failed' });
  isWilling = true;
  device = bobs;
  expect(await approvals.byPasskey('ann')).toEqual({ code: 'passkey-refused' });
  approvals.reason = 'Damaged';
  const signing = approvals.byPasskey('bob');
  approvals.reason = 'Something else';
  expect(await signing).toBeNull();
  const approval = await asked;
  expect(approval).toMatchObject({ operatorId: 'bob', method: 'passkey', reason: 'Damaged' });
  expect(approvalSchema.parse(approval).signed, 'the server checks it again').toMatchObject({
    credentialId: 'bobs',
    signature: expect.stringMatching(/^[\w-]{80,}$/),
  });
  void approvals.request(need);
  till.setStaff(till.config().staff.map((row) => ({ ...row, rights: ['sell'] })));
  expect(await approvals.byPasskey('bob')).toMatchObject({ code: 'approver-lacks-right' });
});

test('[A1] by a list older than a day only small things are approved', async () => {
  till.listAgeMs = dayMs + 1;
  void approvals.request(need);
  expect(approvals.isListTooOld).toBe(true);
  expect(approvals.approvers).toEqual([]);
  expect(await approvals.byPin('bob', '1234')).toMatchObject({ code: 'approver-lacks-right' });
  const asked = approvals.request({ ...need, right: 'sell-flagged-unit', reason: null });
  approvals.reason = ' Label was on twice ';
  expect(await approvals.byBadge('OCB1BOB')).toBeNull();
  expect(await asked).toMatchObject({ method: 'badge', reason: 'Label was on twice', staffListAgeMs: dayMs + 1 });
});

test('a person who lost the right while the dialog is open approves nothing', async () => {
  void approvals.request(need);
  till.setStaff(till.config().staff.map((row) => ({ ...row, rights: ['sell'] })));
  expect(await approvals.byPin('bob', '1234')).toMatchObject({ code: 'approver-lacks-right' });
});

test('a manager far away approves; the till waits with a known end', async () => {
  const { remoteApprovals } = till;
  let answer: (state: ReturnType<typeof remoteApprovals.waiting>) => void = () => undefined;
  remoteApprovals.answers.push(new Promise((resolve) => (answer = (state) => resolve(ok(state)))));
  const asked = approvals.request(need);
  const waited = approvals.askManagers();
  await vi.waitFor(() => expect(approvals.remote).toMatchObject({ phase: 'waiting', untilMs: 121_000 }));
  const [sent] = remoteApprovals.asked;
  expect(sent).toMatchObject({ operatorId: 'ann', right: 'change-price', reason: 'Damaged', detail: need.detail });
  const decidedBy = { operatorId: 'zoe', name: 'Zoe' };
  answer({ ...remoteApprovals.waiting(sent?.requestId ?? ''), status: 'approved', decidedBy });
  await waited;
  expect(await asked).toMatchObject({ operatorId: 'zoe', method: 'remote', requestId: sent?.requestId });
  expect(remoteApprovals.cancelled).toEqual([]);
});

test('denied says by whom, and the dialog stays for another way', async () => {
  const { remoteApprovals } = till;
  const decidedBy = { operatorId: 'zoe', name: 'Zoe' };
  remoteApprovals.answers.push(Promise.resolve(fail({ code: 'offline' })));
  remoteApprovals.answers.push(Promise.resolve(ok({ ...remoteApprovals.waiting('x'), status: 'denied', decidedBy })));
  void approvals.request(need);
  await approvals.askManagers();
  expect(approvals.remote).toEqual({ phase: 'denied', name: 'Zoe' });
  expect(approvals.need).toEqual(need);
});

test('a line that is gone until the time is over is told; what waits at the server is taken back with the dialog', async () => {
  const { remoteApprovals } = till;
  for (let at = 0; at < 3; at++) remoteApprovals.answers.push(Promise.resolve(fail({ code: 'offline' })));
  void approvals.request(need);
  await approvals.askManagers();
  expect(approvals.remote).toEqual({ phase: 'failed', code: 'offline' });
  remoteApprovals.answers.push(new Promise(() => undefined));
  void approvals.askManagers();
  await vi.waitFor(() => expect(approvals.remote?.phase).toBe('waiting'));
  approvals.cancel();
  expect(remoteApprovals.cancelled.length).toBe(1);
  expect(approvals.remote).toBeNull();
});

test('a request ends when its asker is signed out', async () => {
  const asked = approvals.request(need);
  operatorId = null;
  approvals.follow();
  expect(await asked).toBeNull();
});
