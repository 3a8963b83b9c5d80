import { expect, test } from 'vitest';
import { checkServer } from '../../../src/inspection/check-server.ts';
import {
  aLibrary,
  aModule,
  anInspection,
  type FileRecipes,
  serverLibraries,
  serverProgram,
} from '../../support/an-inspection.ts';

const versionsNeeded = [{ file: 'libssl.so.3', version: 'OPENSSL_3' }];
const good: FileRecipes = {
  [serverProgram]: aLibrary({ needed: ['libssl.so.3'], versionsNeeded }),
  '/usr/lib/libssl.so.3': aLibrary({ soname: 'libssl.so.3', versionsDefined: ['OPENSSL_3'] }),
  [`${serverLibraries}/libpqwalreceiver.so`]: aModule({ needed: ['libpq.so.5'] }),
  '/usr/lib/libpq.so.5': aLibrary({ soname: 'libpq.so.5' }),
};

function check(changes: FileRecipes) {
  const inspection = anInspection({ ...good, ...changes }, [{ name: 'geo', ldLibraryPath: ['system'] }]);
  return checkServer(inspection).map(({ subject, reason, message }) => `${subject} ${reason}: ${message}`);
}

test('libraries of images that the server can work with are worth no word here', () => {
  const same = aLibrary({ soname: 'libssl.so.3', versionsDefined: ['OPENSSL_3', 'OPENSSL_4'] });
  expect(check({})).toEqual([]);
  expect(check({ '/e/geo/system/libssl.so.3': same })).toEqual([]);
});

test('a server that would not start any more is told, and the image that keeps it from that', () => {
  expect(check({ '/e/geo/system/libssl.so.3': aLibrary({ versionsDefined: ['OPENSSL_1'] }) })).toEqual([
    'extension/geo SymbolVersionMissing: PostgreSQL itself would not start: LD_LIBRARY_PATH gives it /e/geo/system/libssl.so.3, which does not have OPENSSL_3 for postgres. Take libssl.so.3 out of the image, or build it on the distribution of the server.',
  ]);
  expect(check({ '/e/geo/system/libssl.so.3': 'text' })).toEqual([
    expect.stringContaining('/e/geo/system/libssl.so.3, which cannot be loaded: invalid ELF header.'),
  ]);
});

test('a library without versions is taken, and fails for its symbols', () => {
  const program = aLibrary({ needed: ['libssl.so.3'], versionsNeeded }, { needed: ['SSL_new'] });
  const own = { defined: ['SSL_new'] };
  const whole = aLibrary({ soname: 'libssl.so.3', versionsDefined: ['OPENSSL_3'] }, own);
  const recipes = { [serverProgram]: program, '/usr/lib/libssl.so.3': whole };
  expect(check({ ...recipes, '/e/geo/system/libssl.so.3': aLibrary({ soname: 'libssl.so.3' }, own) })).toEqual([]);
  expect(check({ ...recipes, '/e/geo/system/libssl.so.3': aLibrary() })).toEqual([
    expect.stringMatching(
      /^extension\/geo SymbolMissing: PostgreSQL itself would not start: .* which does not have SSL_new for postgres\./,
    ),
  ]);
});

test('so is a module of the server, once for a library', () => {
  const recipes = {
    [`${serverLibraries}/dblink.so`]: aModule({ needed: ['libpq.so.5'] }),
    '/e/geo/system/libpq.so.5': aLibrary({ soname: 'libpq.so.5', needed: ['libold.so.1'] }),
  };
  expect(check(recipes)).toEqual([
    expect.stringMatching(/could not load its own libpqwalreceiver\.so: .* needs libold\.so\.1, which is nowhere/),
  ]);
});

test('what fails without the images is not theirs', () => {
  expect(check({ [`${serverLibraries}/plperl.so`]: aModule({ needed: ['libperl.so.5'] }) })).toEqual([]);
});
