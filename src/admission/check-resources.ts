import type { Step } from '../documents/complaint.ts';
import { mapOf, quantityText, valueAt } from '../documents/plain-value.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../manifests/quantity.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, forbidden, invalid } from './field-error.ts';
import { parametersOf } from './given.ts';
import { parsePostgresSize } from './postgres-values.ts';

const start: readonly Step[] = ['spec', 'resources'];

/** What a pod may use: https://cloudnative-pg.io/documentation/current/resource_management/ */
export function checkResources(cluster: ClusterValue): readonly FieldError[] {
  const requests = quantitiesOf(cluster, 'requests');
  const limits = quantitiesOf(cluster, 'limits');
  const exceeds = (name: string, called: string, message: string): readonly FieldError[] => {
    const [request, limit] = [requests.get(name), limits.get(name)];
    if (request === undefined || limit === undefined || compareQuantities(request.quantity, limit.quantity) <= 0)
      return [];
    return [{ ...invalid([...start, 'requests', called], request.text, message), at: [...start, 'requests', name] }];
  };
  const huge = [...requests, ...limits].filter(([name]) => name.startsWith('hugepages-'));
  const hasOther = ['cpu', 'memory'].some((name) => requests.has(name) || limits.has(name));
  return [
    ...exceeds('cpu', 'cpu', 'CPU request is greater than the limit'),
    ...exceeds('memory', 'memory', 'Memory request is greater than the limit'),
    ...checkHugePages(requests, limits),
    ...(huge.length > 0 && !hasOther ? [forbidden(start, 'HugePages require cpu or memory')] : []),
    ...checkSharedBuffers(
      cluster,
      requests.get('memory'),
      huge.map(([, amount]) => amount.quantity),
    ),
    ...exceeds('ephemeral-storage', 'storage', 'Ephemeral storage request is greater than the limit'),
  ];
}

interface Amount {
  readonly quantity: Quantity;
  readonly text: string;
}

/** Those that are not zero. */
function quantitiesOf(cluster: ClusterValue, key: 'requests' | 'limits'): ReadonlyMap<string, Amount> {
  return new Map(
    Object.entries(mapOf(valueAt(cluster, [...start, key]))).flatMap(([name, value]): readonly [string, Amount][] => {
      const text = quantityText(value);
      const quantity = parseQuantity(text);
      return quantity === undefined || quantity.nanos === 0n ? [] : [[name, { quantity, text }]];
    }),
  );
}

function checkHugePages(
  requests: ReadonlyMap<string, Amount>,
  limits: ReadonlyMap<string, Amount>,
): readonly FieldError[] {
  return [...requests].flatMap(([name, { quantity, text }]) => {
    const limit = limits.get(name);
    const isOther = limit !== undefined && compareQuantities(limit.quantity, quantity) !== 0;
    if (!name.startsWith('hugepages-') || !isOther) return [];
    return [invalid([...start, 'requests', name], text, 'HugePages requests must equal the limits')];
  });
}

function checkSharedBuffers(
  cluster: ClusterValue,
  memory: Amount | undefined,
  huge: readonly Quantity[],
): readonly FieldError[] {
  const buffers = parsePostgresSize(parametersOf(cluster).get('shared_buffers') ?? '');
  if (buffers === undefined || memory === undefined) return [];
  if ([memory.quantity, ...huge].some((quantity) => compareQuantities(buffers, quantity) <= 0)) return [];
  const message = 'Memory request is lower than PostgreSQL `shared_buffers` value';
  return [invalid([...start, 'requests'], memory.text, message)];
}
