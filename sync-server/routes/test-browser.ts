import type { Hono } from 'hono';

/** A manager's browser: keeps the cookie and sends what the app's pages send. For tests. */
export class TestBrowser {
  readonly #app: Hono;
  #cookie = '';

  constructor(app: Hono) {
    this.#app = app;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await this.#app.request(path, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-onecode-request': '1',
        ...(this.#cookie ? { cookie: this.#cookie } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.#cookie = set.split(';')[0] ?? '';
    return response;
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
