import type { DatabaseAction } from '../../src/databases/database-action.ts';
import type { DatabaseCatalog, InstalledExtension } from '../../src/databases/database-catalog.ts';
import type { AvailableVersion, ServerCatalog } from '../../src/databases/server-catalog.ts';

/** By extension, `from` and `to` of its update scripts. */
export type UpdateScripts = ReadonlyMap<string, readonly (readonly [from: string, to: string])[]>;

export interface SimulatedDatabase {
  readonly catalog: () => DatabaseCatalog;
  readonly updateTargets: (extension: string) => readonly string[];
  readonly createSchema: (name: string) => void;
  /** What PostgreSQL says when it refuses; undefined: done. */
  readonly apply: (action: DatabaseAction) => string | undefined;
}

/** Extensions of one database, as PostgreSQL's extension.c handles them. */
export function simulatedDatabase(
  server: ServerCatalog,
  initial: DatabaseCatalog,
  scripts: UpdateScripts,
): SimulatedDatabase {
  const extensions = new Map(initial.extensions);
  const schemas = new Map(initial.schemas);
  const requires = new Map([...extensions.values()].map((one) => [one.name, requiredBy(server, one)]));

  function install(name: string, version: string, schema: string, control: AvailableVersion): void {
    extensions.set(name, { name, version, schema, relocatable: control.relocatable });
    requires.set(name, control.requires);
  }

  function create(
    action: Extract<DatabaseAction, { kind: 'create-extension' }>,
    above: readonly string[],
  ): string | undefined {
    const { extension, cascade, schema } = action;
    if (extensions.has(extension)) return undefined;
    const available = server.available.get(extension);
    const version = action.version ?? available?.defaultVersion;
    const control = available?.versions.get(version ?? '');
    if (version === undefined || control === undefined) return `${extension} is not available`;
    if (schema !== undefined && !schemas.has(schema)) return `schema ${schema} does not exist`;
    if (schema !== undefined && control.schema !== undefined && schema !== control.schema) return 'wrong schema';
    const home = control.schema ?? schema ?? 'public';
    if (control.schema === undefined && !schemas.has(home)) return 'no schema has been selected';
    for (const required of control.requires) {
      if (extensions.has(required)) continue;
      if (!cascade) return `required extension ${required} is not installed`;
      if (above.includes(required)) return 'cyclic dependency';
      const inner = { ...action, extension: required, version: undefined, schema: undefined };
      const refusal = create(inner, [...above, required]);
      if (refusal !== undefined) return refusal;
    }
    schemas.set(home, 'postgres');
    install(extension, version, home, control);
    return undefined;
  }

  function drop(extension: string, cascade: boolean): string | undefined {
    const dependents = [...requires].filter(([name, needs]) => name !== extension && needs.includes(extension));
    if (dependents.length > 0 && !cascade) return `${dependents.map(([name]) => name)} depends on ${extension}`;
    extensions.delete(extension);
    requires.delete(extension);
    for (const [name] of dependents) drop(name, true);
    return undefined;
  }

  function update(extension: string, version: string): string | undefined {
    const installed = extensions.get(extension);
    if (installed === undefined || !updateTargets(extension).includes(version)) return 'no update path';
    const control = server.available.get(extension)?.versions.get(version);
    const needs = control?.requires ?? [];
    const missing = needs.find((required) => !extensions.has(required));
    if (missing !== undefined) return `required extension ${missing} is not installed`;
    extensions.set(extension, { ...installed, version, relocatable: control?.relocatable ?? installed.relocatable });
    requires.set(extension, needs);
    return undefined;
  }

  function updateTargets(extension: string): readonly string[] {
    const from = extensions.get(extension)?.version;
    const reached = new Set(from === undefined ? [] : [from]);
    for (const version of reached) {
      for (const [start, end] of scripts.get(extension) ?? []) if (start === version) reached.add(end);
    }
    return [...reached].slice(1);
  }

  function apply(action: DatabaseAction): string | undefined {
    switch (action.kind) {
      case 'create-extension':
        return create(action, [action.extension]);
      case 'update-extension':
        return update(action.extension, action.version);
      case 'drop-extension':
        return extensions.has(action.extension) ? drop(action.extension, action.cascade) : undefined;
      case 'move-extension': {
        const installed = extensions.get(action.extension);
        if (installed?.relocatable !== true) return 'does not support SET SCHEMA';
        if (!schemas.has(action.schema)) return `schema ${action.schema} does not exist`;
        extensions.set(action.extension, { ...installed, schema: action.schema });
        return undefined;
      }
      default:
        return `not expected here: ${action.kind}`;
    }
  }

  return {
    catalog: () => ({ ...initial, extensions: new Map(extensions), schemas: new Map(schemas) }),
    updateTargets,
    createSchema: (name) => schemas.set(name, 'postgres'),
    apply,
  };
}

function requiredBy(server: ServerCatalog, { name, version }: InstalledExtension): readonly string[] {
  return server.available.get(name)?.versions.get(version)?.requires ?? [];
}
