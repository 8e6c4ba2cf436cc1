import { z } from 'zod';
import { sessionSchema } from '#schemas/api/session.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { Office } from './office.svelte.ts';
import type { ApiFailure } from './office-api.ts';

/** `passkey-failed`: the person or the device said no; `passkey-known`: this device has one for this account. */
export type PasskeyFailure = ApiFailure | { code: 'passkey-failed' | 'passkey-known' | 'passkey-unknown' };

const anything = z.record(z.string(), z.unknown());

/** Whether this browser can use passkeys here: they need a secure context. */
export function canUsePasskeys(): boolean {
  return globalThis.isSecureContext === true && typeof globalThis.PublicKeyCredential === 'function';
}

/** Signs in with a passkey of this device, whichever account it is of. */
export async function signInWithPasskey(office: Office): Promise<Result<null, PasskeyFailure>> {
  const options = await office.askChain('session/passkey/options', anything, { method: 'POST' });
  if (!options.ok) return options;
  const response = await ceremony(async ({ startAuthentication }) =>
    startAuthentication({ optionsJSON: options.value as never }),
  );
  if (!response.ok) return response;
  const call = { method: 'POST', body: { response: response.value } } as const;
  const answer = await office.askChain('session/passkey', sessionSchema, call);
  if (!answer.ok) return answer.error.code === 'wrong-password' ? fail({ code: 'passkey-unknown' }) : answer;
  office.begin(answer.value);
  return ok(null);
}

/** Makes a passkey for the account that is signed in. */
export async function addPasskey(office: Office, name: string): Promise<Result<null, PasskeyFailure>> {
  const options = await office.askChain('account/passkeys/options', anything, { method: 'POST' });
  if (!options.ok) return options;
  const response = await ceremony(async ({ startRegistration }) =>
    startRegistration({ optionsJSON: options.value as never }),
  );
  if (!response.ok) return response;
  const call = { method: 'POST', body: { name, response: response.value } } as const;
  const answer = await office.askChain('account/passkeys', z.object({}), call);
  return answer.ok ? ok(null) : answer;
}

type WebAuthn = typeof import('@simplewebauthn/browser');

/** Asks the device. Its library is loaded when it is needed: no till's screen carries it. */
async function ceremony<Response>(
  ask: (webAuthn: WebAuthn) => Promise<Response>,
): Promise<Result<Response, { code: 'passkey-failed' | 'passkey-known' }>> {
  try {
    return ok(await ask(await import('@simplewebauthn/browser')));
  } catch (error) {
    const isKnown = error instanceof Error && error.name === 'InvalidStateError';
    return fail({ code: isKnown ? 'passkey-known' : 'passkey-failed' });
  }
}
