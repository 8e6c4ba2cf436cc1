import { m } from '#pwa/paraglide/messages.js';
import type { PasskeyFailure } from '#pwa/state/passkeys.ts';
import { apiErrorText, type CodeText } from './code-text.ts';

export function passkeyFailureText(code: PasskeyFailure['code']): CodeText {
  switch (code) {
    case 'passkey-failed':
      return { title: m.passkey_failed(), advice: m.passkey_failed_advice() };
    case 'passkey-known':
      return { title: m.passkey_known(), advice: m.passkey_failed_advice() };
    case 'passkey-unknown':
      return { title: m.passkey_unknown(), advice: m.passkey_unknown_advice() };
    default:
      return apiErrorText(code);
  }
}
