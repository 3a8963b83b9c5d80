import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Container, startContainer } from '../support/container.ts';
import { engine } from '../support/engine-command.ts';
import { imageOf } from '../support/image-of.ts';
import { extensionImage, images } from '../support/images.ts';

const configuration = 'extensions: [{ name: pgaudit }, { name: pgvector }]\nshared_preload_libraries: [pgaudit]\n';
const pgaudit = { pgaudit: extensionImage('pgaudit') };

/** The other extension works whatever is wrong with pgvector's volume. */
async function expectTheRestToWork({ sql, status }: Container): Promise<void> {
  expect(await sql('SHOW shared_preload_libraries')).toBe('pgaudit');
  await sql('CREATE EXTENSION pgaudit');
  expect(await sql("SELECT count(*) > 40 FROM pg_available_extensions WHERE name <> 'vector'")).toBe('t');
  expect(await status()).toMatchObject({ phase: 'Running', postgres: { ready: true, crashes: 0, crashRestarts: 0 } });
}

describe('an image volume that is not what it should be', () => {
  test('missing: the status names it, everything else works', async () => {
    await using container = await startContainer({ configuration, extensions: pgaudit });
    const { findings } = await container.ready();
    expect(findings).toMatchObject([{ severity: 'error', reason: 'VolumeMissing', subject: 'extension/pgvector' }]);
    expect(await container.sqlError('CREATE EXTENSION vector')).toContain('extension "vector" is not available');
    await expectTheRestToWork(container);
  });

  test('an empty image: the status names it, everything else works', async () => {
    const nothing = `FROM ${images.base} AS nothing\nRUN mkdir /tmp/nothing\n`;
    const pgvector = await imageOf(`${nothing}FROM scratch\nCOPY --from=nothing /tmp/nothing/ /\n`);
    await using container = await startContainer({ configuration, extensions: { ...pgaudit, pgvector } });
    const { findings } = await container.ready();
    expect(findings).toMatchObject([{ severity: 'error', reason: 'VolumeEmpty', subject: 'extension/pgvector' }]);
    await expectTheRestToWork(container);
  });

  test("of another architecture: PostgreSQL's own error is in the log, everything else works", async () => {
    const pgvector = await imageOf(`FROM ${extensionImage('pgvector')}\nCOPY vector.so /lib/\n`, {
      'vector.so': ofAnotherArchitecture(await fileOfImage(extensionImage('pgvector'), '/lib/vector.so')),
    });
    await using container = await startContainer({ configuration, extensions: { ...pgaudit, pgvector } });
    await container.ready();
    const error = 'could not load library "/extensions/pgvector/lib/vector.so"';
    expect(await container.sqlError('CREATE EXTENSION vector')).toContain(error);
    const messages = (await container.log()).map(({ msg }) => msg);
    expect(messages).toContainEqual(expect.stringContaining(error));
    await expectTheRestToWork(container);
  });
});

test('a preloaded library of another architecture is left out and named, and the server starts without it', async () => {
  const other = await imageOf(`FROM ${extensionImage('pgaudit')}\nCOPY pgaudit.so /lib/\n`, {
    'pgaudit.so': ofAnotherArchitecture(await fileOfImage(extensionImage('pgaudit'), '/lib/pgaudit.so')),
  });
  const extensions = { pgaudit: other, pgvector: extensionImage('pgvector') };
  await using container = await startContainer({ configuration, extensions });
  const { findings } = await container.ready();
  expect(findings).toMatchObject([
    {
      reason: 'PreloadLibraryUnloadable',
      subject: 'library/pgaudit',
      message: expect.stringContaining('/extensions/pgaudit/lib/pgaudit.so cannot be loaded: it is made for '),
    },
  ]);
  expect(await container.sql('SHOW shared_preload_libraries')).toBe('');
  await container.sql('CREATE EXTENSION vector');
});

async function fileOfImage(image: string, path: string): Promise<Buffer> {
  const { stdout: id } = await engine(['create', image, 'nothing-to-run']);
  const copy = join(temporaryFolder('copy'), 'file');
  try {
    await engine(['cp', `${id}:${path}`, copy]);
  } finally {
    await engine(['rm', id]);
  }
  return readFileSync(copy);
}

/** e_machine of the ELF header says aarch64, or x86-64 where it has said so. */
function ofAnotherArchitecture(library: Buffer): Buffer {
  const [aarch64, x86] = [183, 62];
  const copy = Buffer.from(library);
  copy.writeUInt16LE(copy.readUInt16LE(18) === aarch64 ? x86 : aarch64, 18);
  return copy;
}
