#!/usr/bin/env -S node --max-semi-space-size=2 --min-semi-space-size=2
'use strict';
// The start of the bundled programs. Code that V8 has compiled once is kept beside the bundle and used by every user:
// Node's own compile cache is keyed by uid, so the user that PostgreSQL runs as in production would always miss it.
// V8 checks the data against the source, its version and its flags; when it does not fit, the source is compiled.
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { setFlagsFromString } = require('node:v8');
const { Script, constants } = require('node:vm');

const oldestMajor = 24;
if (Number.parseInt(process.versions.node, 10) < oldestMajor) {
  process.stderr.write(
    `pg-instance-manager needs Node.js ${oldestMajor} or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(71);
}

function readIfPresent(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

// What runs PostgreSQL takes twice as long to load as all else.
const name = process.argv.slice(2).find((word) => !word.startsWith('-')) === 'run' ? 'run' : 'commands';
const file = `${__dirname}/${name}.cjs`;
const script = new Script(wrap(readFileSync(file, 'latin1')), {
  filename: file,
  cachedData: readIfPresent(`${__dirname}/${name}.cache`),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
// Nothing here computes enough to be worth a compiler: the first run of the optimizing one costs 5 MiB of memory for good,
// and a look at hundreds of databases 16 MiB for its time, 8 MiB without them and with memory saved where V8 can. Only when
// all is loaded: V8 takes compiled code, Node's own included, only if it was made with the flags of the moment.
const sparing = ['--no-turbofan', '--no-maglev', '--no-sparkplug', '--optimize-for-size', '--heap-growing-percent=20'];
setTimeout(() => {
  for (const flag of sparing) setFlagsFromString(flag);
}, 10_000).unref();
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(file), module_, file, __dirname);
module.exports = { script };
