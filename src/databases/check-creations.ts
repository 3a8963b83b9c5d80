import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import { checkNewSchema } from './check-extension-schema.ts';
import type { ItemKey } from './database-action.ts';
import type { Remark } from './database-plan.ts';
import { checkVersion, extensionNotAvailable, howToGetIt } from './explain-availability.ts';
import { extensionIn } from './extension-words.ts';
import { allRequired, type RequiresOf } from './order-extensions.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

export type Creation =
  | {
      readonly kind: 'create';
      /** For the statement. */
      readonly schema: string | undefined;
      /** What is to be made before. */
      readonly after: readonly ItemKey[];
    }
  | { readonly kind: 'blocked'; readonly remark: Remark };

/** What CREATE EXTENSION would refuse is found here, with words that say what to change. */
export function checkCreations(
  inputs: ExtensionInputs,
  missing: readonly ExtensionDeclaration[],
  requiresOf: RequiresOf,
): ReadonlyMap<string, Creation> {
  if (missing.length === 0) return new Map();
  const search: Search = {
    inputs,
    requiresOf,
    missing: new Map(missing.map((declared) => [declared.name, declared])),
    leaving: new Set(
      inputs.declaration?.extensions.filter(({ ensure }) => ensure === 'absent').map(({ name }) => name),
    ),
    creations: new Map(),
    open: new Set(),
  };
  for (const declared of missing) creationOf(declared, search);
  return search.creations;
}

interface Search {
  readonly inputs: ExtensionInputs;
  readonly requiresOf: RequiresOf;
  /** Declared present, and not there. */
  readonly missing: ReadonlyMap<string, ExtensionDeclaration>;
  /** Declared absent. */
  readonly leaving: ReadonlySet<string>;
  readonly creations: Map<string, Creation>;
  /** From the first one down to the one that is looked at: coming back to one of these is a circle. */
  readonly open: Set<string>;
}

function creationOf(declared: ExtensionDeclaration, search: Search): Creation {
  const { creations, open } = search;
  const known = creations.get(declared.name);
  if (known !== undefined) return known;
  open.add(declared.name);
  const creation = checkCreation(declared, search);
  open.delete(declared.name);
  creations.set(declared.name, creation);
  return creation;
}

function checkCreation(declared: ExtensionDeclaration, search: Search): Creation {
  const { inputs } = search;
  const available = inputs.server.available.get(declared.name);
  if (available === undefined) return { kind: 'blocked', remark: extensionNotAvailable(declared.name, inputs) };
  const remark = checkVersion(declared, available, inputs.database);
  if (remark !== undefined) return { kind: 'blocked', remark };
  const version = available.versions.get(declared.version ?? available.defaultVersion ?? '');
  const schema = checkNewSchema(declared, version?.schema, inputs);
  if (schema.kind === 'blocked') return schema;
  const needs = checkNeeds(declared, version?.requires ?? [], search);
  if (needs.kind === 'unmet') return blockedBy(declared, needs.cause, inputs);
  const extensions = needs.first.map((name): ItemKey => ({ kind: 'extension', name }));
  return { kind: 'create', schema: schema.schema, after: [...schema.after, ...extensions] };
}

type Needs =
  /** Declared ones whose creation comes first. */
  { readonly kind: 'met'; readonly first: readonly string[] } | { readonly kind: 'unmet'; readonly cause: string };

/** `cause` goes on with the sentence about the extension that is to be created. */
function checkNeeds(declared: ExtensionDeclaration, requires: readonly string[], search: Search): Needs {
  const first = new Set<string>();
  for (const required of requires) {
    const need = checkNeed(declared, required, search);
    if (need.kind === 'unmet') return need;
    for (const name of need.first) first.add(name);
  }
  return { kind: 'met', first: [...first] };
}

function checkNeed(declared: ExtensionDeclaration, required: string, search: Search): Needs {
  const { inputs, missing, leaving, open } = search;
  const name = showName(required);
  if (leaving.has(required)) {
    return unmet(
      `requires ${name}, which is declared with ensure: absent: keep ${name}, or take this one off the list`,
    );
  }
  if (inputs.catalog.extensions.has(required)) return checkThere(required, search);
  if (open.has(required)) {
    return unmet(
      `requires ${name} in a circle, so that PostgreSQL cannot create it: mount an image with other control files`,
    );
  }
  const declaredNeed = missing.get(required);
  if (declaredNeed !== undefined) {
    const creation = creationOf(declaredNeed, search);
    if (creation.kind === 'create') return { kind: 'met', first: [required] };
    return unmet(`waits for ${name}, which ${whichWords(creation.remark)}: see what is said about ${name}`);
  }
  return declared.cascade ? checkCascade(declared, required, search) : checkBrought(declared, required, search);
}

/** It is there, but for how long: dropping what it requires may take it along. */
function checkThere(required: string, { leaving, requiresOf }: Search): Needs {
  if (leaving.size === 0) return { kind: 'met', first: [] };
  const gone = [...allRequired(required, requiresOf)].find((name) => leaving.has(name));
  if (gone === undefined) return { kind: 'met', first: [] };
  const [name, cause] = [showName(required), showName(gone)];
  return unmet(`requires ${name}, which requires ${cause}, which is declared with ensure: absent: keep ${cause}`);
}

/** What CASCADE brings along gets its default version. */
function checkCascade(declared: ExtensionDeclaration, required: string, search: Search): Needs {
  const { inputs, open } = search;
  const name = showName(required);
  const available = inputs.server.available.get(required);
  if (available === undefined) return unmet(`requires ${name}, ${notProvided(required, inputs)}`);
  const version = available.versions.get(available.defaultVersion ?? '');
  if (version === undefined) {
    return unmet(
      `requires ${name}, which has no script for a default version: declare ${name} with a version that has one`,
    );
  }
  open.add(required);
  const needs = checkNeeds(declared, version.requires, search);
  open.delete(required);
  return needs;
}

/** Without CASCADE it must be brought along by one that has it. */
function checkBrought(declared: ExtensionDeclaration, required: string, search: Search): Needs {
  const { inputs, missing, open, requiresOf } = search;
  for (const other of missing.values()) {
    if (!other.cascade || open.has(other.name)) continue;
    const all = allRequired(other.name, requiresOf);
    // One that needs what is looked at just now comes too late.
    if (!all.has(required) || !all.isDisjointFrom(open)) continue;
    if (creationOf(other, search).kind === 'create') return { kind: 'met', first: [other.name] };
  }
  const name = showName(required);
  if (!inputs.server.available.has(required)) return unmet(`requires ${name}, ${notProvided(required, inputs)}`);
  const image = inputs.images.find(({ provides }) => provides.includes(required));
  const from = image === undefined ? '' : ` (the image ${showName(image.name)} provides it)`;
  const waysOut = `declare ${name} too${from}, or set cascade: true for ${showName(declared.name)}`;
  return unmet(`requires ${name}, which is not installed there: ${waysOut}`);
}

function notProvided(required: string, inputs: ExtensionInputs): string {
  return `which is not installed there, and which no image provides that the server finds: ${howToGetIt(required, inputs)}`;
}

function whichWords({ reason }: Remark): string {
  switch (reason) {
    case 'ExtensionNotAvailable':
      return 'is not available on this server';
    case 'VersionNotAvailable':
      return 'is not available with the version that is wanted';
    case 'DependencyMissing':
      return 'lacks something that it requires';
    default:
      return 'cannot be created';
  }
}

function unmet(cause: string): Needs {
  return { kind: 'unmet', cause };
}

function blockedBy({ name }: ExtensionDeclaration, cause: string, { database }: ExtensionInputs): Creation {
  return {
    kind: 'blocked',
    remark: { reason: 'DependencyMissing', message: `${extensionIn(name, database)} ${cause}.` },
  };
}
