import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { pngOf } from '#printing/bitmap/png.ts';
import { drawCodes } from '#printing/receipt/drawn-line.ts';
import { rotatingMs, signCode } from '#schemas/members/signed-code.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { Attempts } from '../auth/attempts.ts';
import { clientNetwork, isOverTls } from '../auth/client-address.ts';
import { isOwnForm } from '../auth/same-origin.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { type PageChain, PageChains } from '../item-page/chains.ts';
import { memberPagePolicy } from '../item-page/page-frame.ts';
import { readerLocale } from '../item-page/reader-locale.ts';
import { chainSigner } from '../members/chain-key.ts';
import { setOwnPolicy } from '../routes/security-headers.ts';
import { codeScript } from './code-script.ts';
import { type OwnPerson, readMemberFacts, readOwnPerson } from './member-facts.ts';
import { renderAsk, renderCode, renderMember, renderNotice } from './member-html.ts';
import type { PageNotice } from './member-page-texts.ts';
import { eraseOwn, leaveOwn, saveConsents } from './own-words.ts';
import { sendCode } from './send-code.ts';
import { addressOf, beginSignIn, endSession, endSignIn, memberOfSession, sessionMs } from './sign-in.ts';

const cookieName = 'onecode_member';
const minuteMs = 60_000;
/** A page, a code every twenty seconds, and a family behind one address. */
const pagesRule = { burst: 120, perSecond: 2 };
/** Of the picture, in dots: a code fills it at four dots a module, and the page shows it as large as a phone is wide. */
const codeDots = 240;

type M = { Variables: { chain: PageChain; locale: LocaleCode } };
type C = Context<M>;
type Signed = { token: string; person: OwnPerson };

/** `/m`: the member's own page, for a phone without an app (schemas/members/SPEC.md, MB15). Public; without its cookie it knows nobody. */
export function memberPageRoutes(context: ServerContext): Hono<M> {
  const routes = new Hono<M>();
  const guard = guardOf(context);
  routes.use('/m', guard);
  routes.use('/m/*', guard);
  addPages(routes, context);
  addSignIn(routes, context);
  addOwnWords(routes, context);
  return routes;
}

function guardOf(context: ServerContext) {
  const chains = new PageChains(context);
  const buckets = new TokenBuckets(context, pagesRule);
  return async (c: C, next: () => Promise<void>) => {
    prepare(c);
    const chain = await chains.of(c.req.header('host') ?? '');
    if (chain === null) return c.notFound();
    c.set('chain', chain);
    const address = clientNetwork(c);
    // What comes from this very process is our own (tests, simulation).
    if (address !== 'in-process' && buckets.take(address) > 0) return notice(c, 'too-many', 429);
    // What a page of somebody else's sends is not this person's word.
    if (c.req.method === 'POST' && !isOwnForm(c)) return notice(c, 'busy', 403);
    return next();
  };
}

/** Who asks; null: nobody who is signed in. */
async function signedIn(context: ServerContext, c: C): Promise<Signed | null> {
  const chain = c.get('chain');
  const token = getCookie(c, cookieName);
  const memberId = await memberOfSession(context, chain.merchantId, token);
  const person = memberId === null ? null : await readOwnPerson(context.database.pool, chain, memberId);
  return person === null || token === undefined ? null : { token, person };
}

function addPages(routes: Hono<M>, context: ServerContext): void {
  routes.get('/m', async (c) => {
    const own = await signedIn(context, c);
    const said = noticeIn(c);
    if (own === null) return c.html(renderAsk(viewOf(c, said)));
    return c.html(renderMember(viewOf(c, said), await readMemberFacts(context, c.get('chain'), own.person)));
  });

  routes.get('/m/code.js', (c) => {
    c.header('Cache-Control', 'public, max-age=3600');
    return c.body(codeScript, 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
  });

  routes.get('/m/code.png', async (c) => {
    const own = await signedIn(context, c);
    const subject = own?.person.code ?? null;
    if (subject === null) return c.body(null, 403);
    const { merchantId } = c.get('chain');
    const nowMs = context.nowMs();
    const code = { subject, fromMs: nowMs, untilMs: nowMs + rotatingMs };
    const text = await signCode('member', merchantId, code, await chainSigner(context, merchantId));
    return c.body(new Uint8Array(pngOf(drawCodes([text], codeDots))), 200, { 'Content-Type': 'image/png' });
  });
}

function addSignIn(routes: Hono<M>, context: ServerContext): void {
  const waits = { firstWaitMs: minuteMs, longestWaitMs: 15 * minuteMs, forgetMs: 60 * minuteMs };
  const asking = new Attempts(context, 'member code from address', { free: 5, ...waits });
  const askedFor = new Attempts(context, 'member code for', { free: 3, ...waits });
  const guessing = new Attempts(context, 'member code guessed from address', { free: 10, ...waits });

  routes.post('/m/sign-in', async (c) => {
    const chain = c.get('chain');
    const typed = await fieldOf(c, 'address');
    const address = addressOf(typed, chain.timeZone);
    if (address === null) return c.html(renderAsk(viewOf(c, 'bad-address')), 400);
    const waitMs =
      (await asking.begin(clientNetwork(c))) || (await askedFor.begin(`${chain.merchantId} ${address.to}`));
    if (waitMs > 0) return tooMany(c, waitMs);
    const { signInId } = await beginSignIn(context, chain, address, (to, where, code) =>
      sendCode(context, { chain: to, locale: c.get('locale') }, where, code),
    );
    return c.html(renderCode(viewOf(c, null), signInId));
  });

  routes.post('/m/enter', async (c) => {
    const waitMs = await guessing.begin(clientNetwork(c));
    if (waitMs > 0) return tooMany(c, waitMs);
    const signInId = await fieldOf(c, 'signIn');
    const code = (await fieldOf(c, 'code')).replace(/\D/g, '');
    const { merchantId } = c.get('chain');
    const token = await endSignIn(context, merchantId, { signInId, code });
    if (token === null) return c.html(renderCode(viewOf(c, 'wrong-code'), signInId), 422);
    await guessing.forgive(clientNetwork(c));
    const safe = { httpOnly: true, sameSite: 'Lax', secure: isOverTls(c), path: '/m' } as const;
    setCookie(c, cookieName, token, { ...safe, maxAge: sessionMs / 1_000 });
    return back(c, null);
  });

  routes.post('/m/sign-out', async (c) => {
    const own = await signedIn(context, c);
    if (own !== null) await forget(context, c, own);
    return back(c, 'signed-out');
  });
}

function addOwnWords(routes: Hono<M>, context: ServerContext): void {
  routes.post('/m/consents', async (c) => {
    const own = await signedIn(context, c);
    if (own === null) return back(c, null);
    const form = await c.req.parseBody();
    const isGiven = (purpose: string) => form[purpose] === 'yes';
    const isSaved = await saveConsents(context, c.get('chain'), own.person, c.get('locale'), isGiven);
    return back(c, isSaved ? 'saved' : 'busy');
  });

  const end = async (c: C, said: 'left' | 'erased', carryOut: typeof leaveOwn) => {
    const own = await signedIn(context, c);
    if (own === null) return back(c, null);
    if ((await fieldOf(c, 'sure')) !== 'yes') return back(c, 'confirm');
    if (!(await carryOut(context, c.get('chain'), own.person))) return back(c, 'busy');
    await forget(context, c, own);
    return notice(c, said, 200);
  };
  routes.post('/m/leave', (c) => end(c, 'left', leaveOwn));
  routes.post('/m/erase', (c) => end(c, 'erased', eraseOwn));
}

async function forget(context: ServerContext, c: C, { token }: Signed): Promise<void> {
  await endSession(context, c.get('chain').merchantId, token);
  deleteCookie(c, cookieName, { path: '/m' });
}

/** Words that an address may ask for: nobody makes the page say more than it means. */
const shownNotices: readonly PageNotice[] = ['saved', 'signed-out', 'busy', 'confirm'];

function noticeIn(c: C): PageNotice | null {
  return shownNotices.find((one) => one === c.req.query('said')) ?? null;
}

function back(c: C, said: PageNotice | null): Response {
  return c.redirect(`/m?lang=${c.get('locale')}${said === null ? '' : `&said=${said}`}`, 303);
}

function notice(c: C, said: PageNotice, status: 200 | 403 | 429 | 503): Response | Promise<Response> {
  return c.html(renderNotice({ ...viewOf(c, null), notice: said }), status);
}

function tooMany(c: C, waitMs: number): Response | Promise<Response> {
  c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
  return notice(c, 'too-many', 429);
}

function viewOf(c: C, said: PageNotice | null) {
  return { chain: c.get('chain'), locale: c.get('locale'), notice: said };
}

async function fieldOf(c: C, name: string): Promise<string> {
  const value = (await c.req.parseBody())[name];
  return typeof value === 'string' ? value.slice(0, 300) : '';
}

function prepare(c: C): void {
  const locale = readerLocale(c.req.query('lang') ?? null, c.req.header('accept-language'));
  c.set('locale', locale);
  setOwnPolicy(c, memberPagePolicy);
  c.header('Content-Language', locale);
  c.header('Vary', 'Accept-Language, Cookie');
  c.header('Cache-Control', 'private, no-store');
  c.header('X-Robots-Tag', 'noindex');
}
