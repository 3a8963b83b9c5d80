import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findEngine } from './support/engine.ts';

// `npm run test:e2e [files or flags of vitest]`: on the container engine that is here; without one there is nothing to
// test, except in CI, where it is a failure.
const root = fileURLToPath(new URL('../../', import.meta.url));
const engine = await findEngine();
if (engine.kind === 'absent') {
  const isCi = process.env['CI'] === 'true';
  console.log(`test:e2e ${isCi ? 'failed' : 'skipped'}: ${engine.why}`);
  process.exitCode = isCi ? 1 : 0;
} else {
  const config = ['--config', 'test/vitest.config.ts', '--project', 'e2e'];
  const { exitCode } = await execa('vitest', ['run', ...config, ...process.argv.slice(2)], {
    cwd: root,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  });
  process.exitCode = exitCode ?? 1;
}
