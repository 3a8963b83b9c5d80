import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BoundAddress, bindAddress, type HostAndPort } from '../http/bound-address.ts';
import type { ControlOperations } from '../http/control-app.ts';
import type { FaceAccess } from '../http/face-access.ts';
import { faceLimits } from '../http/face-limits.ts';
import type { StatusSource } from '../http/status-app.ts';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { isGone } from '../postmaster/observe-absence.ts';
import { remakeRunFolder } from './remake-run-folder.ts';

/** HTTP on the bound addresses, and the control socket. */
export interface Faces {
  /** Loads what they need and begins to answer; a second call does nothing. */
  readonly open: () => void;
  /** Makes the control socket again when somebody has removed it. */
  readonly tend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface FacesParts {
  readonly status: BoundAddress | undefined;
  readonly metrics: BoundAddress | undefined;
  readonly controlSocket: string;
  readonly source: StatusSource;
  readonly operations: ControlOperations;
  readonly access: FaceAccess;
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
  const held: { opened: Promise<OpenFaces> | undefined; told: string } = { opened: undefined, told: '' };
  return {
    open: () => {
      held.opened ??= openFaces(parts);
      // What cannot be opened must not take PostgreSQL down: it is said, and the rest goes on.
      held.opened.catch((error: unknown) => {
        parts.logger.error({ err: describeError(error) }, 'the endpoints could not be opened');
      });
    },
    tend: async () => {
      if (!isGone(parts.controlSocket)) return;
      try {
        await (await held.opened)?.remakeControl();
        held.told = '';
      } catch (error) {
        // Once for the same reason, however often it is tried.
        const reason = describeError(error);
        if (reason !== held.told)
          parts.logger.error({ reason }, 'the control socket is gone, and cannot be made again');
        held.told = reason;
      }
    },
    close: async () => {
      const [opened] = await Promise.allSettled([held.opened]);
      if (opened?.status === 'fulfilled') await opened.value?.close();
      for (const address of [parts.status, parts.metrics]) {
        for (const socket of address?.waiting ?? []) socket.destroy();
        address?.server.close();
      }
    },
  };
}

interface OpenFaces {
  readonly remakeControl: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openFaces(parts: FacesParts): Promise<OpenFaces> {
  const [{ statusApp, metricsApp }, { renderedMetrics }, { controlApp }, { serveOn, closeServer }] = await Promise.all([
    import('../http/status-app.ts'),
    import('../http/metrics.ts'),
    import('../http/control-app.ts'),
    import('../http/http-server.ts'),
  ]);
  const { source, access } = parts;
  const metrics = renderedMetrics(source);
  const servers = [
    ...(parts.status === undefined ? [] : [await serveOn(statusApp(source, metrics, access), parts.status)]),
    ...(parts.metrics === undefined ? [] : [await serveOn(metricsApp(metrics, access), parts.metrics)]),
  ];
  const makeControl = async (): Promise<() => Promise<void>> => {
    const control = controlApp(parts.source, parts.operations);
    rmSync(parts.controlSocket, { force: true });
    await control.listen({ path: parts.controlSocket, backlog: faceLimits.backlog });
    chmodSync(parts.controlSocket, 0o600);
    return () => closeServer(control);
  };
  const held = { closeControl: await makeControl() };
  const addresses = servers.map(({ address }) => address);
  const how = { tls: access.tls !== undefined, token: access.acceptsToken !== undefined };
  parts.logger.info({ addresses, socket: parts.controlSocket, ...how }, 'listening');
  return {
    remakeControl: async () => {
      const problem = remakeRunFolder(dirname(parts.controlSocket), parts.logger);
      if (problem !== undefined) throw new Error(problem);
      // Node.js removes a socket by its name when it is closed, so that comes first.
      await held.closeControl();
      held.closeControl = await makeControl();
      parts.logger.warn({ socket: parts.controlSocket }, 'the control socket was gone, and was made again');
    },
    close: async () => {
      await Promise.all([...servers.map((server) => server.close()), held.closeControl()]);
      rmSync(parts.controlSocket, { force: true });
    },
  };
}

function isSameAddress(a: HostAndPort | undefined, b: HostAndPort): boolean {
  return a?.host === b.host && a.port === b.port && b.port !== 0;
}
