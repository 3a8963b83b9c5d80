import { chmodSync, rmSync } from 'node:fs';
import type { BoundAddress } from '../http/bound-address.ts';
import type { ControlOperations } from '../http/control-app.ts';
import type { StatusSource } from '../http/status-app.ts';

export interface Faces {
  readonly addresses: readonly string[];
  readonly close: () => Promise<void>;
}

export interface BoundFaces {
  readonly status: BoundAddress | undefined;
  readonly metrics: BoundAddress | undefined;
}

/** HTTP on the bound addresses and the control socket; loaded when PostgreSQL was started, it does not wait for them. */
export async function openFaces(
  bound: BoundFaces,
  controlSocket: string,
  source: StatusSource,
  operations: ControlOperations,
): Promise<Faces> {
  const [{ statusApp, metricsApp }, { renderedMetrics }, { controlApp }, { serveOn, closeServer }] = await Promise.all([
    import('../http/status-app.ts'),
    import('../http/metrics.ts'),
    import('../http/control-app.ts'),
    import('../http/http-server.ts'),
  ]);
  const metrics = renderedMetrics(source);
  const servers = [
    ...(bound.status === undefined ? [] : [await serveOn(statusApp(source, metrics), bound.status)]),
    ...(bound.metrics === undefined ? [] : [await serveOn(metricsApp(metrics), bound.metrics)]),
  ];
  const control = controlApp(source, operations);
  rmSync(controlSocket, { force: true });
  await control.listen({ path: controlSocket });
  chmodSync(controlSocket, 0o600);
  return {
    addresses: servers.map((server) => server.address),
    close: async () => {
      await Promise.all([...servers.map((server) => server.close()), closeServer(control)]);
      rmSync(controlSocket, { force: true });
    },
  };
}
