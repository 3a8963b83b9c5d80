import { listOf, mapOf, textOf } from '../documents/plain-value.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variables of `spec.env` that can be given to a container elsewhere; one without a value is empty. */
export function deployedVariables(env: unknown): readonly Variable[] {
  return listOf(env).flatMap((item) => {
    const { name, value } = mapOf(item);
    return whyNotRendered(item) === undefined ? [{ name: textOf(name), value: textOf(value) }] : [];
  });
}

/** Undefined: it is rendered. */
export function whyNotRendered(variable: unknown): string | undefined {
  const { name, value, valueFrom } = mapOf(variable);
  if (textOf(name).startsWith('POSTGRES_')) {
    return 'a variable of that name means nothing to CloudNativePG, and something else to what is rendered';
  }
  const isPlain = typeof value === 'string' || ((value ?? null) === null && (valueFrom ?? null) === null);
  return isPlain ? undefined : 'only variables with a plain value are rendered';
}

/**
 * The variables as Kubernetes gives them to a process: `$(NAME)` is the value of a variable that stands further up, and `$$` one dollar.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandVariables(variables: readonly Variable[]): readonly Variable[] {
  const known = new Map<string, string>();
  return variables.map(({ name, value }) => {
    const expanded = value.replaceAll(/\$(\$|\(([^()]*)\))/g, (whole, what: string, reference: string) =>
      what === '$' ? '$' : (known.get(reference) ?? whole),
    );
    known.set(name, expanded);
    return { name, value: expanded };
  });
}
