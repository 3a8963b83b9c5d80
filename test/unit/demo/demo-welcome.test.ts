import { expect, it } from 'vitest';
import { planDemoArguments } from '../../../src/demo/demo-arguments.ts';
import { renderDemoWelcome } from '../../../src/demo/demo-welcome.ts';

function welcome(port: string, ...extra: string[]): string {
  const demo = planDemoArguments('/demo', port, extra);
  return 'problem' in demo ? demo.problem : renderDemoWelcome(demo, '18.4');
}

it('says where everything is and what to try', () => {
  const text = welcome('54321');
  expect(text).toContain('PostgreSQL 18.4');
  expect(text).toContain('127.0.0.1:54321');
  expect(text).toContain('/demo/config/instance.yaml');
  expect(text).toContain(`  npm run sql -- 'CREATE EXTENSION "uuid-ossp"'`);
  expect(text).toContain('curl http://127.0.0.1:8000/readyz');
  expect(text).toContain('curl http://127.0.0.1:9187/metrics');
  expect(text).toContain('restart --run-dir /demo/run');
});

it('follows addresses that were moved', () => {
  const text = welcome('5555', '--status-address', '0.0.0.0:8001', '--metrics-address', '[::1]:9000');
  expect(text).toContain('PGPORT=5555 npm run sql');
  expect(text).toContain('curl http://127.0.0.1:8001/status');
  expect(text).toContain('curl http://[::1]:9000/metrics');
});

it('names the configuration that was given instead of the demo’s', () => {
  expect(welcome('54321', '--config=/mine')).toContain('Configuration   /mine\n');
});
