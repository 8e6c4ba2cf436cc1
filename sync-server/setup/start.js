import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages } from './packages.js';
import { node24, onStop, root, SetupError, toolPath } from './toolchain.js';
import { ensureWebApp } from './web-app.js';

/** `npm start`: sets up whatever is missing, then runs the server on Node 24 until it ends or is told to. */
async function start() {
  await ensurePackages();
  await ensureWebApp();
  const server = spawn(node24(), [join('sync-server', 'main.ts'), ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, PATH: toolPath() },
    // The channel closes when this process is killed, so that the server can end too instead of keeping the port.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  server.channel?.unref();
  onStop((signal) => server.kill(signal === 'SIGINT' ? signal : 'SIGTERM'));
  server.on('error', (error) => {
    process.stderr.write(`\nThe server could not be started: ${error.message}. Your data is untouched.\n`);
    process.exitCode = 1;
  });
  server.on('exit', (code, signal) => {
    if (signal) process.stderr.write(`\nThe server was ended by ${signal}. Start it again with "npm start".\n`);
    process.exitCode = code ?? 1;
  });
}

start().catch((error) => {
  const isOurs = !(error instanceof SetupError);
  process.stderr.write(`\n${isOurs ? `A fault of ours in the set-up: ${error.stack}` : error.message}\n`);
  process.exitCode = 1;
});
