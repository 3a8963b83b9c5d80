import { spawnSync } from 'node:child_process';
import { faultTest } from '../harness/fault-test.ts';
import { stopAtMoments } from '../harness/stop-at-moments.ts';

faultTest({
  name: 'A stop at any of 25 moments between exec and ready of a container ends it with 0 and the cluster shut down',
  says: [/asked to stop/],
  ends: 0,
  run: (day) => stopAtMoments(day, 25, { init: true }),
  lacks: () => (spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0 ? undefined : 'no namespaces here'),
});
