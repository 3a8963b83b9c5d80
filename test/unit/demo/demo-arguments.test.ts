import { describe, expect, it } from 'vitest';
import { type DemoArguments, planDemoArguments, readLastFlag } from '../../../src/demo/demo-arguments.ts';

function plan(...extra: string[]): DemoArguments {
  const demo = planDemoArguments('/demo', '54321', extra);
  if ('problem' in demo) {
    throw new Error(demo.problem);
  }
  return demo;
}

describe('the program of the demo', () => {
  it('runs in the folders of the demo', () => {
    expect(plan().programArguments.slice(0, 11)).toEqual([
      'run',
      ...['--config', '/demo/config'],
      ...['--extensions-dir', '/demo/extensions'],
      ...['--bin-dir', '/demo/server/bin'],
      ...['--pgdata', '/demo/data'],
      ...['--run-dir', '/demo/run'],
    ]);
  });

  it('takes the arguments after npm start -- last', () => {
    expect(plan('--log-format', 'json').programArguments.slice(-2)).toEqual(['--log-format', 'json']);
  });

  it('trusts connections, and takes them from this machine only', () => {
    const initdb = readLastFlag(plan().programArguments, '--initdb-args');
    expect(initdb).toContain('--auth-host=trust');
    expect(initdb).toContain('listen_addresses=127.0.0.1');
  });
});

describe('the addresses of the demo', () => {
  it('are on this machine', () => {
    expect(plan()).toMatchObject({
      postgres: { host: '127.0.0.1', port: 54321 },
      status: { host: '127.0.0.1', port: 8000 },
      metrics: { host: '127.0.0.1', port: 9187 },
    });
  });

  it('follow the flags, in both spellings, the last one of several', () => {
    const demo = plan('--status-address', '0.0.0.0:1', '--metrics-address=[::1]:9000', '--status-address=0.0.0.0:8001');
    expect(demo.status).toMatchObject({ host: '0.0.0.0', port: 8001 });
    expect(demo.metrics).toMatchObject({ host: '::1', port: 9000 });
  });

  it.each(['nonsense', '127.0.0.1:99999', ':8000', ''])('are left to the program when they are none: %j', (text) => {
    expect(plan(`--status-address=${text}`).status).toBeUndefined();
  });

  it.each(['0', '65536', 'abc', '-1', '54321 '])('refuse %j as PGPORT in a sentence', (port) => {
    expect(planDemoArguments('/demo', port, [])).toEqual({
      problem: `PGPORT is ${JSON.stringify(port)}, but it has to be a port, a number from 1 to 65535.`,
    });
  });
});

it('finds no value of a flag that stands last', () => {
  expect(readLastFlag(['--user'], '--user')).toBeUndefined();
});
