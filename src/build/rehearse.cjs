'use strict';
// Runs the bundled program once against a stand-in for PostgreSQL, so that V8 has compiled what a start needs, and keeps
// the result. Arguments: the folder of the bundle, and a folder for the play.
const { mkdirSync, openSync, writeFileSync, writeSync } = require('node:fs');
const { join } = require('node:path');

const [, , dist, stage] = process.argv;
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
writeFileSync(join(folders.bin, 'postgres'), standIn, { mode: 0o755 });
writeFileSync(join(folders.data, 'PG_VERSION'), '18\n');
writeFileSync(join(folders.data, 'postgresql.conf'), '');
writeFileSync(
  join(folders['extensions/rehearsal/share/extension'], 'rehearsal.control'),
  "comment = 'play'\ndefault_version = '1.0'\nrelocatable = true\n",
);
writeFileSync(join(folders['extensions/rehearsal/lib'], 'rehearsal.so'), '');
writeFileSync(join(stage, 'instance.yaml'), configuration);

// Opened now: as root the program steps down and could not write there later.
const cache = openSync(join(dist, 'bundle.cache'), 'w', 0o644);
process.argv = [
  process.execPath,
  join(dist, 'pg-instance-manager.cjs'),
  'run',
  ...['--config', join(stage, 'instance.yaml'), '--extensions-dir', join(stage, 'extensions')],
  ...['--pgdata', folders.data, '--run-dir', folders.run, '--bin-dir', folders.bin],
  ...['--status-address', '127.0.0.1:0', '--metrics-address', '127.0.0.1:0', '--log-format', 'json'],
];
const { script } = require(join(dist, 'pg-instance-manager.cjs'));
process.on('exit', () => writeSync(cache, script.createCachedData()));
setTimeout(() => process.kill(process.pid, 'SIGTERM'), rehearsalMs);
