import { faultTest } from '../harness/fault-test.ts';
import { stopAtMoments } from '../harness/stop-at-moments.ts';

faultTest({
  name: 'A stop at any of 25 moments between exec and ready ends the manager with 0 and the cluster shut down',
  says: [/asked to stop/],
  ends: 0,
  run: (day) => stopAtMoments(day, 25),
});
