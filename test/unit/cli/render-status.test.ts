import { describe, expect, test } from 'vitest';
import { renderStatus } from '../../../src/cli/render-status.ts';
import { instanceStatus } from '../../../src/status/instance-status.ts';
import type { Snapshot } from '../../../src/status/snapshot.ts';
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

EXTENSION    VOLUME  PROVIDES                 FINDINGS
geo          folder  cube 1.5, earthdistance  1
a-long-name  folder  -                        0

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
});
