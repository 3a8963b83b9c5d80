'use strict';
// Runs a bundled program once, so that V8 has compiled what it needs, and keeps the result: `run` against a stand-in for
// PostgreSQL, `commands` with a look at an image. Arguments: the folder of the bundles, a folder for the play, and which.
const { mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } = require('node:fs');
const { basename, join } = require('node:path');

const [, , dist, stage, play] = process.argv;
const rehearsalMs = 1_500;

const standIn = `#!/bin/sh
case " $* " in *" -C "*) exit 0 ;; esac
printf '%s\\n%s\\n1\\n5432\\n%s\\n\\n1 1\\nready   \\n' "$$" "$2" "$2" > "$2/postmaster.pid"
echo "LOG:  database system is ready to accept connections" >&2
trap 'rm -f "$3"; exit 0' INT TERM QUIT
while :; do sleep 0.05; done
`;
const configuration = `extensions:
  - name: rehearsal
    image: { reference: "registry/rehearsal:1" }
    extension_control_path: [share]
    dynamic_library_path: [lib]
    ld_library_path: [system]
    env: [{ name: REHEARSAL_DATA, value: "\${image_root}/share" }]
shared_preload_libraries: []
parameters: { work_mem: 8MB }
restart_policy: manual
`;

const folders = Object.fromEntries(
  ['bin', 'data', 'run', 'extensions/rehearsal/share/extension', 'extensions/rehearsal/lib'].map((folder) => {
    mkdirSync(join(stage, folder), { recursive: true, mode: 0o755 });
    return [folder, join(stage, folder)];
  }),
);
writeFileSync(join(folders.data, 'PG_VERSION'), '18\n');
writeFileSync(join(folders.data, 'postgresql.conf'), '');
writeFileSync(join(stage, 'instance.yaml'), configuration);

const [sharedFolder, library] = [folders['extensions/rehearsal/share/extension'], folders['extensions/rehearsal/lib']];
const control = "comment = 'play'\ndefault_version = '1.0'\nrelocatable = true\nmodule_pathname = 'rehearsal'\n";
const script =
  "CREATE FUNCTION play() RETURNS int LANGUAGE c AS 'MODULE_PATHNAME', 'play';\nLOAD '$libdir/play'; COPY play FROM '/play';\n";

writeFileSync(join(sharedFolder, 'rehearsal.control'), control);
process.report.excludeNetwork = true;

const plays = {
  run: () => {
    writeFileSync(join(folders.bin, 'postgres'), standIn, { mode: 0o755 });
    writeFileSync(join(library, 'rehearsal.so'), '');
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), rehearsalMs);
    return [
      'run',
      ...['--config', join(stage, 'instance.yaml'), '--extensions-dir', join(stage, 'extensions')],
      ...['--pgdata', folders.data, '--run-dir', folders.run, '--bin-dir', folders.bin],
      ...['--status-address', '127.0.0.1:0', '--metrics-address', '127.0.0.1:0', '--log-format', 'json'],
    ];
  },
  commands: () => {
    // Of any machine, Node is a program, and it needs libraries.
    symlinkSync(process.execPath, join(folders.bin, 'postgres'));
    for (const file of process.report.getReport().sharedObjects.filter((file) => file.startsWith('/'))) {
      symlinkSync(file, join(library, `${basename(file)}.so`));
    }
    writeFileSync(join(sharedFolder, 'rehearsal--1.0.sql'), script);
    writeFileSync(join(sharedFolder, 'rehearsal--0.9--1.0.sql'), script);
    const images = ['--config', join(stage, 'instance.yaml'), '--extensions-dir', join(stage, 'extensions')];
    return ['check', ...images, '--bin-dir', folders.bin];
  },
};

// Opened now: as root the program steps down and could not write there later.
const cache = openSync(join(dist, `${play}.cache`), 'w', 0o644);
process.argv = [process.execPath, join(dist, 'pg-instance-manager.cjs'), ...plays[play]()];
const { script: compiled } = require(join(dist, 'pg-instance-manager.cjs'));
process.on('exit', (code) => {
  writeSync(cache, compiled.createCachedData());
  if (play === 'commands' && code === 1) process.exitCode = 0; // there is something wrong with the image, and it was told
});
