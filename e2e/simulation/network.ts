import { gunzipSync } from 'node:zlib';
import { assert } from '#schemas/assert.ts';
import { Activity } from './activity.ts';
import type { Random } from './random.ts';

/** How bad the network is: probabilities per message. */
export type Weather = {
  loseRequest: number;
  loseAnswer: number;
  duplicate: number;
  /** The line breaks in the middle of a request, or of an answer. */
  half: number;
  /** Somebody else answers: a proxy, a hotel's portal. */
  wrong: number;
};
export const fairWeather: Weather = { loseRequest: 0, loseAnswer: 0, duplicate: 0, half: 0, wrong: 0 };

/** Of an answer that is not the server's; a client without it would have to guess. */
export const wrongHeader = 'x-simulated-wrong';

/** Answers one request, or rejects: then the connection broke. */
export type Handler = (request: Request) => Promise<Response>;

type Message = {
  /** Whose it is, and which life of that till sent it. */
  owner: string;
  request: { url: string; method: string; headers: Headers; body: ArrayBuffer | null };
  random: Random;
  /** Null for a duplicate: nobody waits for its answer. */
  waiting: { resolve(answer: Response): void; reject(reason: Error): void } | null;
  answer: { status: number; headers: Headers; body: ArrayBuffer } | null;
};

/** What `fetch` throws when there is no line. */
export class LineBroken extends TypeError {
  override name = 'LineBroken';
}

/**
 * Holds every message until the scheduler lets it go, in any order: that is delay and reordering. On its way a message
 * may be lost, its answer may be lost after the server has done the work, and it may arrive twice.
 */
export class Network {
  weather: Weather = fairWeather;
  readonly activity = new Activity();
  readonly #handle: Handler;
  #held: Message[] = [];
  readonly #linesDown = new Set<string>();
  readonly counts = { sent: 0, lostRequests: 0, lostAnswers: 0, duplicates: 0, halves: 0, wrongs: 0 };

  constructor(handle: Handler) {
    this.#handle = handle;
  }

  get waiting(): number {
    return this.#held.length;
  }

  /**
   * A `fetch` for one till. Its messages wait here until `release`. `tracked`: the till calls it one at a time, from
   * tracked work only.
   */
  fetchFor(owner: string, random: Random, tracked: boolean): typeof fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      if (this.#linesDown.has(owner)) throw new LineBroken('no line');
      const body = request.body === null ? null : await request.arrayBuffer();
      const { url, method, headers } = request;
      // As every client does.
      if (body !== null) headers.set('content-length', String(body.byteLength));
      this.counts.sent++;
      return await new Promise<Response>((resolve, reject) => {
        const wait = tracked ? this.#tracked(resolve, reject) : { resolve, reject };
        const message: Message = {
          owner,
          request: { url, method, headers, body },
          random,
          waiting: wait,
          answer: null,
        };
        this.#held.push(message);
        const aborted = () => this.#breakOff(message, request.signal.reason);
        if (request.signal.aborted) aborted();
        else request.signal.addEventListener('abort', aborted, { once: true });
      });
    };
  }

  /** Cuts or mends a till's line; what is on its way breaks. */
  setLine(owner: string, up: boolean): void {
    if (up) this.#linesDown.delete(owner);
    else {
      this.#linesDown.add(owner);
      this.forget(owner);
    }
  }

  /** The till is gone or offline: nobody waits any more. Its requests may still arrive, as in any network. */
  forget(owner: string): void {
    for (const message of [...this.#held]) {
      if (message.owner === owner) this.#breakOff(message, new LineBroken(`line broke: ${message.request.url}`));
    }
    this.#held = this.#held.filter((message) => message.waiting !== null || message.answer === null);
  }

  #breakOff(message: Message, reason: Error): void {
    const { waiting } = message;
    message.waiting = null;
    waiting?.reject(reason);
  }

  /** Counts a till as idle while it waits. */
  #tracked(resolve: (answer: Response) => void, reject: (reason: Error) => void): Message['waiting'] {
    this.activity.pause();
    return {
      resolve: (answer) => {
        this.activity.resume();
        resolve(answer);
      },
      reject: (reason) => {
        this.activity.resume();
        reject(reason);
      },
    };
  }

  /** Lets up to `count` messages take their next step, all at once; resolves when they have. */
  async release(random: Random, count: number): Promise<void> {
    const moving: Message[] = [];
    for (let left = count; left > 0 && this.#held.length > 0; left--) {
      const [message] = this.#held.splice(random.between(0, this.#held.length - 1), 1);
      assert(message !== undefined, 'a held message is there');
      moving.push(message);
    }
    await Promise.all(
      moving.map((message) => {
        const advance = this.#advance(message);
        return waitsAtServer(message) ? this.activity.leave(advance) : advance;
      }),
    );
  }

  async #advance(message: Message): Promise<void> {
    const { waiting, random } = message;
    if (message.answer !== null) {
      const { status, headers, body } = message.answer;
      message.waiting = null;
      const isCut = body.byteLength > 1 && this.weather.half > 0 && random.chance(this.weather.half);
      if (isCut) this.counts.halves++;
      const content = isCut ? cutOff(body) : status === 204 || status === 304 ? null : body;
      waiting?.resolve(new Response(content, { status, headers }));
      return;
    }
    if (waiting !== null && this.weather.wrong > 0 && random.chance(this.weather.wrong)) {
      this.counts.wrongs++;
      message.waiting = null;
      waiting.resolve(wrongAnswer(message.request.url, random));
      return;
    }
    if (waiting !== null && random.chance(this.weather.loseRequest)) {
      this.counts.lostRequests++;
      this.#breakOff(message, new LineBroken('request lost'));
      return;
    }
    if (waiting !== null && random.chance(this.weather.duplicate)) {
      this.counts.duplicates++;
      this.#held.push({ ...message, waiting: null });
    }
    const { body } = message.request;
    if (waiting !== null && body !== null && this.weather.half > 0 && random.chance(this.weather.half)) {
      this.counts.halves++;
      await this.#deliver({ ...message, request: { ...message.request, body: body.slice(0, body.byteLength >> 1) } });
      this.#breakOff(message, new LineBroken('the line broke in the middle of the request'));
      return;
    }
    const answer = await this.#deliver(message);
    // Its sender may have died meanwhile.
    if (message.waiting === null) return;
    if (answer === null || random.chance(this.weather.loseAnswer)) {
      this.counts.lostAnswers++;
      this.#breakOff(message, new LineBroken('answer lost'));
    } else {
      message.answer = answer;
      this.#held.push(message);
    }
  }

  async #deliver({ request }: Message): Promise<Message['answer']> {
    const { url, method, headers, body } = request;
    try {
      const answer = await this.#handle(new Request(url, { method, headers, body }));
      return { status: answer.status, ...(await decoded(answer)) };
    } catch (error) {
      // The server died under the request; any other error is a fault of the server and ends the simulation.
      if (error instanceof LineBroken) return null;
      throw error;
    }
  }
}

/** A long poll: it is answered when something happens, so nobody waits for it. */
function waitsAtServer({ request, answer }: Message): boolean {
  return answer === null && /[?&](feed=longpoll|waitMs=[1-9])/.test(request.url);
}

/** As every `fetch` does: what comes compressed is handed over plain. */
async function decoded(answer: Response): Promise<{ headers: Headers; body: ArrayBuffer }> {
  const headers = new Headers(answer.headers);
  const body = await answer.arrayBuffer();
  if (headers.get('content-encoding') !== 'gzip') return { headers, body };
  headers.delete('content-encoding');
  return { headers, body: Uint8Array.from(gunzipSync(new Uint8Array(body))).buffer };
}

/** An answer whose line breaks half-way. */
function cutOff(body: ArrayBuffer): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(body, 0, body.byteLength >> 1));
      controller.error(new LineBroken('the line broke in the middle of the answer'));
    },
  });
}

/** What proxies and portals say in the server's place. */
function wrongAnswer(url: string, random: Random): Response {
  const page = '<!doctype html><title>Welcome to our network</title>';
  const status = random.pick([200, 200, 401, 403, 404, 429, 502, 503, 511]);
  const headers = { 'content-type': 'text/html', 'retry-after': '1', [wrongHeader]: '1' };
  const isRows = new URL(url).pathname.startsWith('/feed/');
  if (isRows && random.chance(0.3)) {
    return Response.json(random.pick([{}, null, [], { ok: true }]), { headers: { [wrongHeader]: '1' } });
  }
  return new Response(page, { status, headers });
}
