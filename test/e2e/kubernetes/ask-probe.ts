import { setTimeout as delay } from 'node:timers/promises';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IProbe } from 'kubernetes-models/v1/Probe';

export interface Asked {
  readonly result: 'success' | 'failure';
  /** How often it was asked, and the last answer. */
  readonly times: number;
  readonly answer: string;
}

/**
 * Asks as the kubelet does, until the probe has succeeded or failed by its own thresholds. `published` maps a port of
 * the container to an address of this machine.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export async function askProbe(
  container: IContainer,
  probe: IProbe,
  published: (port: number) => string,
): Promise<Asked> {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, successThreshold = 1 } = probe;
  const counts = { success: 0, failure: 0 };
  await delay((initialDelaySeconds ?? 0) * 1000);
  for (let times = 1; ; times += 1) {
    const { ok, answer } = await askOnce(container, probe, published);
    const result = ok ? 'success' : 'failure';
    counts[result] += 1;
    counts[ok ? 'failure' : 'success'] = 0;
    if (counts[result] >= ((ok ? successThreshold : failureThreshold) ?? 1)) return { result, times, answer };
    await delay((periodSeconds ?? 10) * 1000);
  }
}

/** One request, with the path, port and timeout of the probe: success is a status from 200 to 399. */
export async function askOnce(
  container: IContainer,
  { httpGet, timeoutSeconds }: IProbe,
  published: (port: number) => string,
): Promise<{ readonly ok: boolean; readonly answer: string }> {
  const port = container.ports?.find(({ name }) => name === httpGet?.port)?.containerPort ?? Number(httpGet?.port);
  try {
    const response = await fetch(`http://${published(port)}${httpGet?.path}`, {
      signal: AbortSignal.timeout((timeoutSeconds ?? 1) * 1000),
      redirect: 'manual',
    });
    return {
      ok: response.status >= 200 && response.status < 400,
      answer: `${response.status} ${await response.text()}`,
    };
  } catch (error) {
    return { ok: false, answer: String(error) };
  }
}
