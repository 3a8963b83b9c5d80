import { chmodSync, rmSync } from 'node:fs';
import { type BoundAddress, bindAddress, type HostAndPort } from '../http/bound-address.ts';
import type { ControlOperations } from '../http/control-app.ts';
import type { StatusSource } from '../http/status-app.ts';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';

/** HTTP on the bound addresses, and the control socket. */
export interface Faces {
  /** Loads what they need and begins to answer; a second call does nothing. */
  readonly open: () => void;
  readonly close: () => Promise<void>;
}

export interface FacesParts {
  readonly status: BoundAddress | undefined;
  readonly metrics: BoundAddress | undefined;
  readonly controlSocket: string;
  readonly source: StatusSource;
  readonly operations: ControlOperations;
  readonly logger: Logger;
}

/** Taken before anything else is done; loading the HTTP server waits until PostgreSQL was started. */
export async function bindFaces(addresses: {
  readonly statusAddress: HostAndPort | undefined;
  readonly metricsAddress: HostAndPort | undefined;
}): Promise<Pick<FacesParts, 'status' | 'metrics'>> {
  const { statusAddress, metricsAddress } = addresses;
  const status = statusAddress === undefined ? undefined : await bindAddress(statusAddress, '--status-address');
  // One address for both: the status address has the metrics, too.
  if (metricsAddress === undefined || isSameAddress(statusAddress, metricsAddress))
    return { status, metrics: undefined };
  return { status, metrics: await bindAddress(metricsAddress, '--metrics-address') };
}

export function lazyFaces(parts: FacesParts): Faces {
  const held: { opened: Promise<() => Promise<void>> | undefined } = { opened: undefined };
  return {
    open: () => {
      held.opened ??= openFaces(parts);
      // What cannot be opened must not take PostgreSQL down: it is said, and the rest goes on.
      held.opened.catch((error: unknown) => {
        parts.logger.error({ err: describeError(error) }, 'the endpoints could not be opened');
      });
    },
    close: async () => {
      const [opened] = await Promise.allSettled([held.opened]);
      if (opened?.status === 'fulfilled') await opened.value?.();
      for (const address of [parts.status, parts.metrics]) {
        for (const socket of address?.waiting ?? []) socket.destroy();
        address?.server.close();
      }
    },
  };
}

async function openFaces(parts: FacesParts): Promise<() => Promise<void>> {
  const [{ statusApp, metricsApp }, { renderedMetrics }, { controlApp }, { serveOn, closeServer }] = await Promise.all([
    import('../http/status-app.ts'),
    import('../http/metrics.ts'),
    import('../http/control-app.ts'),
    import('../http/http-server.ts'),
  ]);
  const metrics = renderedMetrics(parts.source);
  const servers = [
    ...(parts.status === undefined ? [] : [await serveOn(statusApp(parts.source, metrics), parts.status)]),
    ...(parts.metrics === undefined ? [] : [await serveOn(metricsApp(metrics), parts.metrics)]),
  ];
  const control = controlApp(parts.source, parts.operations);
  rmSync(parts.controlSocket, { force: true });
  await control.listen({ path: parts.controlSocket });
  chmodSync(parts.controlSocket, 0o600);
  parts.logger.info({ addresses: servers.map(({ address }) => address), socket: parts.controlSocket }, 'listening');
  return async () => {
    await Promise.all([...servers.map((server) => server.close()), closeServer(control)]);
    rmSync(parts.controlSocket, { force: true });
  };
}

function isSameAddress(a: HostAndPort | undefined, b: HostAndPort): boolean {
  return a?.host === b.host && a.port === b.port && b.port !== 0;
}
