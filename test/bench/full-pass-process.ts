// ⚡ Makes one pass over a configuration, as the first thing that this process does, and says how long it took.
import { instanceConfigurationReader } from '../../src/instance/read-instance-configuration.ts';
import { desiredState } from '../../src/reconcile/desired-state.ts';
import { observeWorld } from '../../src/reconcile/observe-world.ts';
import type { InstanceOptions } from '../../src/reconcile/options.ts';

export interface FullPassRequest {
  readonly user: { readonly uid?: number; readonly gid?: number };
  readonly configuration: string;
  readonly dataDirectory: string;
  readonly extensionsDirectory: string;
  readonly binDirectory: string;
  readonly runDirectory: string;
}

export interface FullPassAnswer {
  readonly ms: number;
  readonly extensions: number;
  readonly errors: number;
}

function makePass(request: FullPassRequest): FullPassAnswer {
  const { configuration, user, ...folders } = request;
  // Only now: the sources may lie where this user cannot go.
  if (user.uid !== undefined && user.gid !== undefined) {
    process.setgroups?.([]);
    process.setgid?.(user.gid);
    process.setuid?.(user.uid);
  }
  const options: InstanceOptions = {
    ...folders,
    configuration: { path: configuration, mayBeAbsent: false },
    serverOptions: new Map(),
    environment: {},
    oomScore: 0,
  };
  const startMs = performance.now();
  const inForce = instanceConfigurationReader(options)();
  const world = observeWorld(inForce.configuration, options);
  const desired = desiredState(world, options);
  const ms = performance.now() - startMs;
  const errors = desired.findings.filter((finding) => finding.severity === 'error');
  return { ms, extensions: world.images.length, errors: errors.length };
}

const request: FullPassRequest = JSON.parse(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(makePass(request)));
