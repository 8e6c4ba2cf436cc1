import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ServerContext } from '../context.ts';
import { isOverTls } from './client-address.ts';

const cookieName = 'onecode_device';
const keptSeconds = 180 * 24 * 60 * 60;

/**
 * Browsers in which somebody has signed in before. Their wrong attempts are counted apart from everybody else's, so that
 * a stranger who keeps guessing at a name does not keep its owner out. Such a browser may guess, and do nothing else.
 */
export class KnownDevices {
  readonly #context: ServerContext;
  readonly #secret: string;

  constructor(context: ServerContext, secret: string) {
    this.#context = context;
    this.#secret = secret;
  }

  /** The browser's id when that name has signed in with it; null otherwise. */
  idFor(c: Context, name: string): string | null {
    const [id = '', given = ''] = (getCookie(c, cookieName) ?? '').split('.');
    const expected = this.#seal(id, name);
    const isOurs = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
    return id !== '' && isOurs ? id : null;
  }

  /** That name has signed in with this browser. */
  remember(c: Context, name: string): void {
    const id = Buffer.from(this.#context.randomBytes(12)).toString('base64url');
    setCookie(c, cookieName, `${id}.${this.#seal(id, name)}`, {
      path: '/api',
      sameSite: 'Strict',
      httpOnly: true,
      secure: isOverTls(c),
      maxAge: keptSeconds,
    });
  }

  #seal(id: string, name: string): string {
    return createHmac('sha256', this.#secret).update(`${id}\n${name}`).digest('base64url');
  }
}
