import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isOverTls } from '../auth/client-address.ts';

/**
 * The one style that stands in a page, letter for letter: of the hidden line by which SvelteKit tells screen readers of a
 * new page. A journey finds out when it changes (e2e/journeys/accessibility.spec.ts).
 */
const announcerStyle = "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

/**
 * Headers of every answer. Pages may load themselves, WebAssembly (the scanner's decoder), workers of their own and camera
 * pictures; no script and no other style that stands in a page, so that text that became markup cannot do anything.
 */
export function securityHeaders(): MiddlewareHandler {
  const options = {
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'"],
      styleSrcAttr: ["'unsafe-hashes'", announcerStyle],
      imgSrc: ["'self'", 'data:', 'blob:'],
      mediaSrc: ["'self'", 'blob:', 'mediastream:'],
      workerSrc: ["'self'"],
      // The program of an RFID reader, on the tablet itself.
      connectSrc: ["'self'", 'ws://127.0.0.1:*', 'ws://localhost:*'],
      frameSrc: ["'none'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // An address may carry a pairing code.
    referrerPolicy: 'no-referrer',
    permissionsPolicy: {
      camera: ['self'],
      usb: ['self'],
      serial: ['self'],
      hid: ['self'],
      publickeyCredentialsGet: ['self'],
      publickeyCredentialsCreate: ['self'],
      geolocation: [],
      microphone: [],
      payment: [],
    },
  };
  const overTls = secureHeaders({ ...options, strictTransportSecurity: 'max-age=15552000' });
  const inTheClear = secureHeaders({ ...options, strictTransportSecurity: false });
  return async (c, next) => {
    await (isOverTls(c) ? overTls(c, next) : inTheClear(c, next));
    const own = c.get(ownPolicy) as string | undefined;
    if (own !== undefined) c.res.headers.set('Content-Security-Policy', own);
  };
}

const ownPolicy = 'ownPolicy';

/** For a page that is none of the app's: it may do what `policy` says and nothing else. */
export function setOwnPolicy(c: Context, policy: string): void {
  c.set(ownPolicy, policy);
}
