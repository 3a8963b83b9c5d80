import { textOf, valueAt } from '../documents/plain-value.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../manifests/quantity.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { parametersOf } from './given.ts';
import { parsePostgresSize } from './postgres-values.ts';

/** min_wal_size < max_wal_size < the volume for WAL. */
export function checkWalSizes(cluster: ClusterValue): readonly FieldError[] {
  const parameters = parametersOf(cluster);
  const least = sizeOf('min_wal_size', '80MB', parameters);
  const most = sizeOf('max_wal_size', '1GB', parameters);
  const volume = parseQuantity(textOf(valueAt(cluster, ['spec', 'walStorage', 'size'])));
  const isSmaller = !isPositive(least.size) || !isPositive(most.size) || compareQuantities(least.size, most.size) < 0;
  return [
    ...[least, most].flatMap((one) =>
      one.size === undefined ? [refuse(one, `Invalid value for configuration parameter ${one.name}`)] : [],
    ),
    ...(isSmaller
      ? []
      : [
          refuse(
            least,
            'Invalid vale. Parameter min_wal_size (default 80MB) should be smaller than parameter max_wal_size (default 1GB)',
          ),
        ]),
    ...(volume === undefined ? [] : [least, most].flatMap((one) => checkAgainstVolume(one, volume))),
  ];
}

interface WalSize {
  readonly name: string;
  readonly text: string;
  readonly otherwise: string;
  readonly isSet: boolean;
  readonly size: Quantity | undefined;
}

function sizeOf(name: string, otherwise: string, parameters: ReadonlyMap<string, string>): WalSize {
  const given = parameters.get(name) ?? '';
  const text = given === '' ? otherwise : given;
  return { name, text, otherwise, isSet: given !== '', size: parsePostgresSize(text) };
}

function checkAgainstVolume(one: WalSize, volume: Quantity): readonly FieldError[] {
  if (!one.isSet || !isPositive(one.size) || compareQuantities(one.size, volume) < 0) return [];
  const { name, otherwise } = one;
  return [
    refuse(one, `Invalid value. Parameter ${name} (default ${otherwise}) should be smaller than WAL volume size`),
  ];
}

function refuse({ name, text }: WalSize, message: string): FieldError {
  return invalid(['spec', 'postgresql', 'parameters', name], text, message);
}

function isPositive(size: Quantity | undefined): size is Quantity {
  return size !== undefined && size.nanos !== 0n;
}
