import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { certificatePath, trustSchema } from '#schemas/api/trust.ts';
import { policyViolations } from './content-policy.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { Tablet } from './tablet.ts';

let server: ServerProcess;
let pageUrl: string;

test.beforeAll(async () => {
  const httpPort = await freePort();
  pageUrl = `http://127.0.0.1:${httpPort}`;
  server = await ServerProcess.start({ args: ['--tls', '--http-port', String(httpPort)] });
});
test.afterAll(() => server.close());

/** A tablet whose owner went through the steps: it takes the server's key, as it would take its certificate. */
function trustingTablet(): Promise<Tablet> {
  const leaf = new X509Certificate(readFileSync(join(server.dataDir, 'tls', 'server.cert.pem')));
  const spki = leaf.publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(spki).digest('base64');
  const args = [`--ignore-certificate-errors-spki-list=${hash}`];
  return Tablet.switchOn({ baseUrl: server.baseUrl, args });
}

test('in plain http there is the page that tells how to trust the certificate, in three languages, and nothing else', async () => {
  const tablet = await Tablet.switchOn({ baseUrl: pageUrl });
  const violations = await policyViolations(tablet.page);
  await tablet.open('/trust');
  const authority = new X509Certificate(readFileSync(join(server.dataDir, 'tls', 'authority.cert.pem')));
  await expect(tablet.byId('trust-fingerprint')).toHaveText(authority.fingerprint256);
  expect(server.output).toContain(authority.fingerprint256.slice(0, 47));
  await expect(tablet.byId('trust-qr')).toBeVisible();
  for (const kind of ['ipad', 'android', 'windows', 'macos', 'chromebook']) {
    await expect(tablet.byId(`trust-${kind}`)).toBeVisible();
  }
  for (const [language, title] of [
    ['简体中文', '信任本店的服务器'],
    ['繁體中文', '信任本店的伺服器'],
  ] as const) {
    await tablet.page.getByText(language).first().click();
    await expect(tablet.page.getByRole('heading', { level: 1 })).toHaveText(title);
  }
  const file = await tablet.page.request.get(certificatePath);
  expect(file.headers()['content-type']).toBe('application/x-x509-ca-cert');
  expect(new X509Certificate(await file.body()).fingerprint256).toBe(authority.fingerprint256);
  for (const path of ['/sell', '/manage', '/api/session', '/service-worker.js']) {
    const answer = await tablet.page.request.get(path, { maxRedirects: 0, headers: { 'sec-fetch-mode': 'navigate' } });
    expect([path, answer.status(), answer.headers().location]).toEqual([
      path,
      308,
      `${server.baseUrl.replace('127.0.0.1', 'localhost')}${path}`,
    ]);
  }
  expect(violations).toEqual([]);
  await tablet.close();
});

test('over https a tablet has a secure context: the service worker starts, and the app comes without a network', async () => {
  const tablet = await trustingTablet();
  await tablet.open('/trust');
  expect(await tablet.page.evaluate(() => [isSecureContext, 'subtle' in crypto, 'mediaDevices' in navigator])).toEqual([
    true,
    true,
    true,
  ]);
  await tablet.goOffline();
  await tablet.open('/pair');
  await expect(tablet.byId('pair-code')).toBeVisible();
  await tablet.close();
});

test('a client that trusts the authority alone gets the app, told to stay with https', async () => {
  const ca = readFileSync(join(server.dataDir, 'tls', 'authority.cert.pem'));
  const { port } = new URL(server.baseUrl);
  const answer = await new Promise<{ status: number | undefined; hsts: string | undefined; body: string }>(
    (done, failed) => {
      request({ host: 'localhost', port, path: '/api/trust', ca, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part) => {
          body += part;
        });
        const hsts = response.headers['strict-transport-security'];
        response.on('end', () => done({ status: response.statusCode, hsts, body }));
      })
        .on('error', failed)
        .end();
    },
  );
  expect([answer.status, answer.hsts]).toEqual([200, 'max-age=15552000']);
  expect(trustSchema.parse(JSON.parse(answer.body)).appAddress).toMatch(/^https:/);
});
