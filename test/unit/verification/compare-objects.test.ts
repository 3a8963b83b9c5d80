import { describe, expect, test } from 'vitest';
import { compareObjects, type DescribedObject, describeDifference } from '../../../src/verification/compare-objects.ts';

function object(type: string, identity: string, facts: Readonly<Record<string, string>> = {}): DescribedObject {
  return { type, identity, facts: new Map(Object.entries(facts)) };
}

const definition = (body: string): Readonly<Record<string, string>> => ({
  definition: `CREATE OR REPLACE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\nAS $function$${body}$function$\n`,
});

describe('objects that are created and updated', () => {
  test('are the same in whatever order they come', () => {
    const [one, other] = [object('function', 'public.f()', definition('SELECT 1')), object('type', 'public.t')];
    expect(compareObjects([one, other], [other, one])).toEqual([]);
  });

  test('differ where one is missing, is there besides, or has another fact', () => {
    const differences = compareObjects(
      [
        object('function', 'public.f()'),
        object('table', 'public.t', { 'column a': '1. integer', 'index i': 'ON t (a)' }),
      ],
      [object('function', 'public.g()'), object('table', 'public.t', { 'column a': '1. text', comment: 'hello' })],
    );
    expect(differences).toEqual([
      { kind: 'missing', object: 'function public.f()' },
      { kind: 'extra', object: 'function public.g()' },
      { kind: 'different', object: 'table public.t', aspect: 'column a', fresh: '1. integer', updated: '1. text' },
      { kind: 'extra', object: 'table public.t', aspect: 'comment', updated: 'hello' },
      { kind: 'missing', object: 'table public.t', aspect: 'index i', fresh: 'ON t (a)' },
    ]);
    expect(differences.map(describeDifference)).toEqual([
      'function public.f() is missing after the update',
      'function public.g() is there only after the update',
      'table public.t: column a differs: created it is "1. integer", updated it is "1. text"',
      'table public.t: comment is there only after the update ("hello")',
      'table public.t: index i is missing after the update ("ON t (a)")',
    ]);
  });

  test('of long texts only the lines are told that differ', () => {
    const told = (fresh: string, updated: string): string =>
      describeDifference({ kind: 'different', object: 'function f()', aspect: 'definition', fresh, updated });
    expect(told('a\nb\nc', 'a\nx\nc')).toContain('created it is "b", updated it is "x"');
    expect(told('a\nIMMUTABLE\nc', 'a\nc')).toContain('created it is "IMMUTABLE", updated it is without that');
    expect(told('a\nb', 'b\na')).toContain('created it is "a / b", updated it is "b / a"');
    expect(told('x'.repeat(500), 'y')).toContain(`"${'x'.repeat(200)}…"`);
  });
});
