import { describe, expect, it } from 'vitest';
import { contenders, type RunRequest, runArguments } from '../../../bench/containers/contender.ts';

const all = contenders({ image: 'image', base: 'base', peer: 'peer', passwdFile: '/folder/passwd' });

function argumentsOf(name: string, start: RunRequest['start'], initScripts?: string): readonly string[] {
  const contender = all.find((one) => one.name === name);
  if (contender === undefined) throw new Error(`there is no ${name}`);
  return runArguments({ contender, start, container: 'c', label: 'l', volume: 'v', port: 20_001, initScripts });
}

describe('contenders', () => {
  it('are two when there is no peer', () => {
    const names = contenders({ image: 'image', base: 'base', peer: undefined, passwdFile: '' }).map(({ name }) => name);
    expect(names).toEqual(['ours', 'bare']);
  });
});

describe('runArguments', () => {
  it('gives all the same user, root, folders, password and port', () => {
    for (const start of ['initialize', 'restart'] as const) {
      for (const args of ['ours', 'bare', 'peer'].map((name) => argumentsOf(name, start))) {
        expect(args).toEqual(
          expect.arrayContaining([
            '--user=12345:12345',
            '--read-only',
            '--tmpfs=/tmp',
            '--env=POSTGRES_PASSWORD=measured',
          ]),
        );
        expect(args.slice(-2)).toEqual(['-c', 'port=20001']);
      }
    }
  });

  it('tells the official contract, and us, nothing but the port after the image', () => {
    for (const name of ['image', 'peer']) {
      const args = argumentsOf(name === 'image' ? 'ours' : name, 'restart');
      expect(args.slice(args.indexOf(name))).toEqual([name, '-c', 'port=20001']);
    }
  });

  it('makes postgres itself the entrypoint of bare, to be stopped fast', () => {
    const args = argumentsOf('bare', 'restart');
    expect(args).toContain('--stop-signal=SIGINT');
    expect(args.slice(args.indexOf('--entrypoint=postgres'))).toEqual([
      ...['--entrypoint=postgres', 'base', '-D', '/var/lib/postgresql/18/docker', '-c', 'listen_addresses=*'],
      ...['-c', 'port=20001'],
    ]);
  });

  it('gives a name to the user of bare alone, and only for initdb', () => {
    const naming = (args: readonly string[]): boolean => args.some((arg) => arg.includes('target=/etc/passwd'));
    expect(naming(argumentsOf('bare', 'initialize'))).toBe(true);
    expect(naming(argumentsOf('bare', 'restart'))).toBe(false);
    expect(naming(argumentsOf('ours', 'initialize'))).toBe(false);
    expect(naming(argumentsOf('peer', 'initialize'))).toBe(false);
  });

  it('mounts the scripts if there are any', () => {
    const mount = '--mount=type=bind,source=/s,target=/docker-entrypoint-initdb.d,readonly';
    expect(argumentsOf('peer', 'initialize', '/s')).toContain(mount);
    expect(argumentsOf('peer', 'initialize').join(' ')).not.toContain('initdb.d');
  });
});
