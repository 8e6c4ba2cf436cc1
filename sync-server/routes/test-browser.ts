import type { Hono } from 'hono';

/** A manager's browser: keeps the cookie and sends what the app's pages send. For tests. */
export class TestBrowser {
  readonly #app: Hono;
  readonly #cookies = new Map<string, string>();

  constructor(app: Hono) {
    this.#app = app;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await this.#app.request(path, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-onecode-request': '1',
        ...(this.#cookies.size > 0 ? { cookie: this.#cookieHeader() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/; *max-age=0(;|$)/i.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Sends a file as it is. */
  sendBytes(path: string, body: string | Uint8Array, method = 'POST'): Promise<Response> | Response {
    const bytes = typeof body === 'string' ? body : new Blob([new Uint8Array(body)]);
    const headers = { 'content-type': 'text/csv', 'x-onecode-request': '1', cookie: this.#cookieHeader() };
    return this.#app.request(path, { method, headers, body: bytes });
  }

  #cookieHeader(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The value of a cookie that the browser holds. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Status and body. */
  async ask(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const response = await this.send(method, path, body);
    return [response.status, await response.json()];
  }

  get(path: string): Promise<[number, unknown]> {
    return this.ask('GET', path);
  }
}
