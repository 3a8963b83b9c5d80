import { describe, expect, test } from 'vitest';
import { renderStatus } from '../../../src/cli/render-status.ts';
import { instanceStatus } from '../../../src/status/instance-status.ts';
import type { Snapshot } from '../../../src/status/snapshot.ts';
import { aDatabaseReport, anExtensionRow, aReport } from '../../support/a-database-report.ts';
import { aPass, aSnapshot, exampleStates, noonMs } from '../../support/a-snapshot.ts';
import { anImage, aWorld } from '../../support/an-extension.ts';

function render(snapshot: Snapshot): string {
  return renderStatus(instanceStatus(snapshot, noonMs));
}

describe('renderStatus', () => {
  test('is four lines when there is nothing to tell', () => {
    expect(render(aSnapshot())).toBe(`Phase          Running
PostgreSQL     18.4, pid 42, ready
Configuration  pending
Restart        not required
`);
  });

  test('has a dash for what is not known', () => {
    const text = render(aSnapshot({ observation: undefined }, exampleStates.stopped));
    expect(text).toContain('PostgreSQL     -, not ready\n');
  });

  test('shows extensions, findings, reasons and last words as tables', () => {
    const cube = { name: 'cube', relocatable: true, requires: [], trusted: true, controlFile: '/c' };
    const geo = anImage({}, [
      { severity: 'error', reason: 'VolumeMissing', subject: 'extension/geo', message: 'It is not there.' },
    ]);
    const provides = [
      { ...cube, defaultVersion: '1.5' },
      { ...cube, name: 'earthdistance' },
    ];
    const images = [{ ...geo, checked: { ...geo.checked, provides } }, anImage({ name: 'a-long-name' })];
    const text = render(
      aSnapshot({
        pass: aPass({ world: aWorld({ images }) }),
        restartReasons: [
          { name: 'PATH', running: null, desired: '/bin', extensions: ['geo', 'a-long-name'] },
          { name: 'wal_level', running: 'replica', desired: null, extensions: [] },
        ],
        lastWords: ['[42] FATAL:  no', '[43] FATAL:  neither'],
      }),
    );
    expect(text.slice(text.indexOf('Restart '))).toBe(`Restart        required

RESTART REQUIRED FOR
NAME       RUNNING  DESIRED  EXTENSIONS
PATH       -        /bin     geo, a-long-name
wal_level  replica  -        -

EXTENSION    VOLUME  FINDINGS  PROVIDES
geo          folder  1         cube 1.5, earthdistance
a-long-name  folder  0         -

SEVERITY  REASON           MESSAGE
error     VolumeMissing    It is not there.
warning   RestartRequired  PostgreSQL must be restarted for PATH, wal_level to take effect: run "pg-instance-manager restart".

LAST FATAL LINES
[42] FATAL:  no
[43] FATAL:  neither
`);
  });

  test('leaves no blanks at the end of a line', () => {
    expect(render(aSnapshot({ pass: aPass({ world: aWorld({ images: [anImage()] }) }) }))).not.toMatch(/ $/m);
  });

  test('tells an image that is held, and shows the databases between the images and the findings', () => {
    const app = aDatabaseReport('app', { extensions: [anExtensionRow('vector')] });
    const images = [{ ...anImage(), role: 'held' as const }];
    const findings = [{ severity: 'info', reason: 'Shadowed', subject: 'x', message: 'It is so.' }] as const;
    const pass = aPass({ world: aWorld({ images, findings }) });
    const text = render(aSnapshot({ pass, databases: aReport([app]) }));
    expect(text.slice(text.indexOf('EXTENSION'))).toBe(`EXTENSION  VOLUME        FINDINGS  PROVIDES
geo        folder, held  0         -

DATABASE  EXTENSION  INSTALLED  DESIRED  DEFAULT  APPLIED  REASON
app       vector     0.8.7      -        0.8.7    yes      -

SEVERITY  REASON    MESSAGE
info      Shadowed  It is so.
`);
  });

  test('lets nothing through that a terminal would obey', () => {
    const findings = [
      { severity: 'info', reason: 'Shadowed', subject: 'x', message: 'The server says\n  "\u001b[2J".' },
    ] as const;
    const lastWords = ['[42] FATAL:  \u0007no'];
    const text = render(aSnapshot({ pass: aPass({ world: aWorld({ findings }) }), lastWords }));
    expect(text).toContain('The server says "\\u001b[2J".');
    expect(text).toContain('[42] FATAL:  \\u0007no');
  });
});
