import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, expect, type Locator, type Page } from '@playwright/test';
import { pairAnswerSchema } from '#schemas/sync/pairing.ts';
import { chromiumArguments, chromiumProgram } from './chromium.ts';
import type { Manager } from './manager.ts';

export type TabletOptions = {
  baseUrl: string;
  /** More flags, such as a fake camera's. */
  args?: readonly string[];
  locale?: string;
  touch?: boolean;
  colorScheme?: 'light' | 'dark';
};

/** Who signs in at a till. */
export type Operator = { operatorId: string; pin: string };

/** What waits for the server or a whole store; only a hang reaches it. */
const patience = { timeout: 120_000 };

/** One tablet: a browser of its own with its profile on disk, so that it can be killed and switched on again. */
export class Tablet {
  readonly #options: TabletOptions;
  readonly #profile: string;
  #context: BrowserContext | null = null;
  #page: Page | null = null;
  readonly #keyboards = new WeakMap<Page, Promise<CDPSession>>();
  #tillNumber = 0;

  private constructor(options: TabletOptions) {
    this.#options = options;
    this.#profile = mkdtempSync(join(tmpdir(), 'onecode-tablet-'));
  }

  static async switchOn(options: TabletOptions): Promise<Tablet> {
    const tablet = new Tablet(options);
    await tablet.switchOn();
    return tablet;
  }

  get page(): Page {
    if (!this.#page) throw new Error('the tablet is off');
    return this.#page;
  }

  /** The number that it got when it was paired last. */
  get tillNumber(): number {
    if (this.#tillNumber === 0) throw new Error('the tablet is no till');
    return this.#tillNumber;
  }

  get context(): BrowserContext {
    if (!this.#context) throw new Error('the tablet is off');
    return this.#context;
  }

  /** Starts the browser on the profile as it is. */
  async switchOn(): Promise<void> {
    const { baseUrl, args = [], locale = 'en-GB', touch = false, colorScheme = 'light' } = this.#options;
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: chromiumProgram(),
      args: [...chromiumArguments, ...args],
      headless: true,
      baseURL: baseUrl,
      locale,
      hasTouch: touch,
      colorScheme,
      viewport: { width: 1180, height: 820 },
    });
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
  }

  /** SIGKILL to every process of this browser: what a dead battery does. */
  async kill(): Promise<void> {
    for (const pid of processesOf(this.#profile)) process.kill(pid, 'SIGKILL');
    await this.#context?.close().catch((error: Error) => {
      // It is dead already, which is what was asked for.
      expect(error.message).toMatch(/closed|crashed|disconnected/i);
    });
    this.#context = null;
    this.#page = null;
  }

  async switchOff(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
    this.#page = null;
  }

  async close(): Promise<void> {
    await this.switchOff();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** Opens a page in the running browser and goes on in it. */
  async newPage(path: string): Promise<void> {
    this.#page = await this.context.newPage();
    await this.open(path);
  }

  byId(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-ready', '1');
  }

  /** From a fresh tablet to the PIN pad: pairs with a new code and loads. Resolves when the whole store is there. */
  async pair(manager: Manager): Promise<void> {
    await this.open('/pair');
    await this.byId('pair-code').fill(await manager.newPairingCode());
    const answering = this.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/pair');
    await this.byId('pair-submit').click();
    this.#tillNumber = pairAnswerSchema.parse(await (await answering).json()).tillNumber;
    await this.waitForSignIn();
  }

  /** A new till of the store with somebody signed in: it can sell. */
  async pairAndSignIn(manager: Manager, operator: Operator): Promise<void> {
    await this.pair(manager);
    await this.signIn(operator);
  }

  async waitForSignIn(): Promise<void> {
    // The first till of a large store waits until the server has cut its pages.
    await expect(this.page.locator('[data-testid^="operator-"]').first()).toBeVisible({ timeout: 120_000 });
  }

  /** Units and members are here too: what is not known is known to be unknown. */
  async waitForAllRows(): Promise<void> {
    await expect(this.page.locator('header[data-complete="true"]')).toBeVisible(patience);
  }

  async signIn(operator: Operator): Promise<void> {
    await this.waitForSignIn();
    await this.byId(`operator-${operator.operatorId}`).click();
    for (const digit of operator.pin) await this.byId(`pin-${digit}`).click();
    const submit = this.byId('pin-submit');
    if (await submit.isVisible()) await submit.click();
    await expect(this.byId('search-input').or(this.byId('receipt')).first()).toBeVisible();
  }

  /** After a reload: signs in, unless somebody still is. */
  async signInAgain(operator: Operator): Promise<void> {
    const asked = this.page.locator('[data-testid^="operator-"]').first();
    await expect(asked.or(this.byId('search-input')).first()).toBeVisible();
    if (await asked.isVisible()) await this.signIn(operator);
  }

  /**
   * What a hand scanner does: types fast, with Enter at the end, wherever the focus is. All keys are on their way before the
   * first is answered: between two of them a busy machine would pause for longer than a scanner does.
   */
  async scan(text: string): Promise<void> {
    const keyboard = await this.#keyboard();
    const press = (key: { key: string; text: string; code?: string; windowsVirtualKeyCode?: number }) => [
      keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key }),
      keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, text: '' }),
    ];
    const enter = { key: 'Enter', text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 };
    await Promise.all([...[...text].flatMap((char) => press({ key: char, text: char })), ...press(enter)]);
  }

  /** A link is tapped and a code scanned before the page has painted, as on a tablet that is busy. */
  async tapAndScan(testId: string, text: string): Promise<void> {
    await this.byId(testId).evaluate(
      (link: HTMLElement, keys) => {
        link.click();
        for (const key of keys) window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      },
      [...text, 'Enter'],
    );
  }

  /** One session a page, and it stays: where one ends, Chromium takes the page's virtual authenticator away too. */
  #keyboard(): Promise<CDPSession> {
    const known = this.#keyboards.get(this.page) ?? this.context.newCDPSession(this.page);
    this.#keyboards.set(this.page, known);
    return known;
  }

  line(skuId: string): Locator {
    return this.page.locator(`[data-testid="basket-line"][data-sku="${skuId}"]`);
  }

  /** What the basket comes to. A scan is not waited for by itself: the total of an empty basket is never meant here. */
  async totalMinor(): Promise<number> {
    await expect(this.byId('basket-total')).not.toHaveAttribute('data-minor', '0');
    return Number(await this.byId('basket-total').getAttribute('data-minor'));
  }

  async expectTotal(minor: number): Promise<void> {
    await expect(this.byId('basket-total')).toHaveAttribute('data-minor', String(minor));
  }

  /** Pays what is in the basket with the exact amount in cash; resolves at the receipt. Answers the receipt's number. */
  async payExactly(): Promise<string> {
    await this.byId('pay-button').click();
    await this.byId('pay-exact').click();
    await this.byId('pay-finish').click();
    await expect(this.byId('receipt')).toBeVisible();
    return this.receiptNumber();
  }

  /** Of the receipt on the screen. */
  async receiptNumber(): Promise<string> {
    return (await this.byId('receipt-number').textContent())?.trim() ?? '';
  }

  async nextCustomer(): Promise<void> {
    await this.byId('next-customer').click();
    await expect(this.byId('basket-empty')).toBeVisible();
  }

  /** From a receipt that came back after a crash to the next customer; nothing where there is none. */
  async leaveReceipt(): Promise<void> {
    await expect(this.byId('next-customer').or(this.byId('basket-empty')).first()).toBeVisible();
    if (await this.byId('next-customer').isVisible()) await this.byId('next-customer').click();
  }

  /** Resolves when the service worker could start the app without a network. */
  async waitForServiceWorker(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  }

  /**
   * Takes the network away, from the service worker too. Waits for the service worker first: before it is there a tablet
   * cannot open a page without a network.
   */
  async goOffline(): Promise<void> {
    await this.waitForServiceWorker();
    await this.context.setOffline(true);
  }

  async goOnline(): Promise<void> {
    await this.context.setOffline(false);
  }

  async waitForWaiting(count: number): Promise<void> {
    await expect(this.byId('sync-badge')).toHaveAttribute('data-waiting', String(count), patience);
  }

  async waitForOnline(online: boolean): Promise<void> {
    await expect(this.byId('sync-badge')).toHaveAttribute('data-online', String(online), patience);
  }
}

/** The processes whose command line names this profile: the browser and its children. */
function processesOf(profile: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile);
      } catch (error) {
        // It ended while we looked.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') {
          return false;
        }
        throw error;
      }
    })
    .map(Number);
}
