/** `npm run dev`: the gateway, restarted whenever a source changes. Ctrl-C ends it. */
const { fork } = require('node:child_process');
const { existsSync, watch } = require('node:fs');
const { join } = require('node:path');
const { build } = require('./build');

const PROJECT = join(__dirname, '..');
const WATCHED = ['src', 'migrations', '.env'].map((path) => join(PROJECT, path)).filter(existsSync);
/** Editors write several files at once. */
const SETTLE_MS = 50;
/** Loading packages must not slow down the gateway that is starting. */
const PREPARE_AFTER_MS = 3_000;

const say = (text) => process.stdout.write(`[dev] ${text}\n`);

/** A process that has loaded its packages and waits; null for a few seconds after a start. */
let next = prepare();
let preparing = null;
let gateway = null;
let isRestarting = false;
let isOutdated = false;
let timer = null;

function prepare() {
  return fork(join(__dirname, 'dev-gateway.js'), { cwd: PROJECT, execArgv: ['--enable-source-maps'] });
}

function start() {
  gateway = next ?? prepare();
  next = null;
  gateway.send('start');
  gateway.once('exit', (code) => {
    gateway = null;
    // A failed start has printed the reason.
    if (!isRestarting) say(`ended with exit code ${code}; waiting for a change`);
  });
  clearTimeout(preparing);
  preparing = setTimeout(() => {
    next ??= prepare();
  }, PREPARE_AFTER_MS);
}

const stop = () =>
  new Promise((resolve) => {
    if (!gateway) return resolve();
    gateway.once('exit', resolve);
    gateway.kill('SIGTERM');
  });

/** One restart at a time; a change in the meantime causes another one. */
async function restart() {
  isOutdated = true;
  if (isRestarting) return;
  isRestarting = true;
  while (isOutdated) {
    isOutdated = false;
    try {
      await build();
      await stop();
      if (!isOutdated) start();
    } catch (error) {
      say(error.message);
    }
  }
  isRestarting = false;
}

for (const path of WATCHED)
  watch(path, { recursive: true }, (_event, file) => {
    if (/\.test\.ts$|~$/.test(file ?? '')) return;
    clearTimeout(timer);
    timer = setTimeout(() => void restart(), SETTLE_MS);
  });

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    isRestarting = true;
    clearTimeout(preparing);
    next?.kill('SIGKILL');
    // The terminal has signalled the gateway, too; it exits within SHUTDOWN_SECONDS.
    if (gateway && signal === 'SIGTERM') gateway.kill('SIGTERM');
    if (gateway) gateway.once('exit', () => process.exit(0));
    else process.exit(0);
  });

void restart();
