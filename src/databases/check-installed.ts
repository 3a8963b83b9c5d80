import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { assertNever } from '../lib/assert-never.ts';
import { showName } from '../lib/show-name.ts';
import { checkSchema } from './check-extension-schema.ts';
import type { ItemKey } from './database-action.ts';
import type { InstalledExtension } from './database-catalog.ts';
import type { Remark } from './database-plan.ts';
import { filesGone } from './explain-availability.ts';
import { libraryMissing, noUpdatePath, updateNeeds, updateRemark } from './explain-update.ts';
import { extensionIn } from './extension-words.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

export type InstalledCheck =
  | { readonly kind: 'in-place'; readonly remark: Remark | undefined }
  /** At least one of them; the update comes first. */
  | {
      readonly kind: 'due';
      readonly update: string | undefined;
      readonly move: { readonly schema: string; readonly after: readonly ItemKey[] } | undefined;
    }
  | { readonly kind: 'blocked'; readonly remark: Remark };

/** Declared present, and there. What can be done is done, also when something else about it cannot. */
export function checkInstalled(
  declared: ExtensionDeclaration,
  installed: InstalledExtension,
  inputs: ExtensionInputs,
): InstalledCheck {
  const update = checkUpdate(declared, installed, inputs);
  const isLibraryMissing = (inputs.missingLibraries.get(declared.name) ?? []).length > 0;
  if (isLibraryMissing && update.kind !== 'due') {
    // The update would have been the remedy: what it lacks is what is to be done.
    const isRemedyNear = update.kind === 'blocked' && update.remark.reason === 'DependencyMissing';
    return { kind: 'blocked', remark: isRemedyNear ? update.remark : libraryMissing(installed, inputs) };
  }
  const available = inputs.server.available.get(declared.name);
  if (available === undefined) return { kind: 'blocked', remark: filesGone(installed, inputs) };
  const version = update.kind === 'due' ? update.version : undefined;
  const move = checkMove(declared, installed, version, inputs);
  if (version !== undefined || move.kind === 'due') {
    return { kind: 'due', update: version, move: move.kind === 'due' ? move.move : undefined };
  }
  if (update.kind === 'blocked') return update;
  if (move.kind === 'blocked') return move;
  return { kind: 'in-place', remark: declared.update === 'manual' ? newsOf(declared, installed, inputs) : undefined };
}

/** Who has pinned the version wants to know that there is another one, but not that this one is the last. */
function newsOf(
  declared: ExtensionDeclaration,
  installed: InstalledExtension,
  inputs: ExtensionInputs,
): Remark | undefined {
  const remark = updateRemark(installed, inputs);
  return declared.version !== undefined && remark?.reason === 'NoUpdatePath' ? undefined : remark;
}

/** The version that is to be there; undefined: whichever is there. */
export function wantedVersion(
  { name, version, update }: ExtensionDeclaration,
  { server }: Pick<ExtensionInputs, 'server'>,
): string | undefined {
  switch (update) {
    case 'manual':
      return version;
    case 'default':
      return version ?? server.available.get(name)?.defaultVersion;
    default:
      return assertNever(update);
  }
}

type UpdateCheck =
  | { readonly kind: 'none' }
  | { readonly kind: 'due'; readonly version: string }
  | { readonly kind: 'blocked'; readonly remark: Remark };

function checkUpdate(
  declared: ExtensionDeclaration,
  installed: InstalledExtension,
  inputs: ExtensionInputs,
): UpdateCheck {
  const version = wantedVersion(declared, inputs);
  if (version === undefined || version === installed.version) return { kind: 'none' };
  if (!inputs.server.available.has(declared.name)) return { kind: 'none' };
  const targets = inputs.updateTargets.get(declared.name);
  if (targets?.includes(version) === false) {
    return { kind: 'blocked', remark: noUpdatePath(installed, version, targets, inputs) };
  }
  const remark = updateNeeds(declared.name, version, inputs);
  return remark === undefined ? { kind: 'due', version } : { kind: 'blocked', remark };
}

type MoveCheck =
  | { readonly kind: 'none' }
  | { readonly kind: 'due'; readonly move: { readonly schema: string; readonly after: readonly ItemKey[] } }
  | { readonly kind: 'blocked'; readonly remark: Remark };

/** `after` is the version to which it is updated before. */
function checkMove(
  { name, schema }: ExtensionDeclaration,
  installed: InstalledExtension,
  after: string | undefined,
  inputs: ExtensionInputs,
): MoveCheck {
  if (schema === undefined || schema === installed.schema) return { kind: 'none' };
  const updated = inputs.server.available.get(name)?.versions.get(after ?? '');
  if (updated?.relocatable ?? installed.relocatable) {
    const checked = checkSchema(name, schema, inputs);
    return checked.kind === 'usable' ? { kind: 'due', move: { schema, after: checked.after } } : checked;
  }
  const what = `${extensionIn(name, inputs.database)} is in the schema ${showName(installed.schema)}`;
  const toDo = `write schema: ${showName(installed.schema)}, or drop it and let it be created anew`;
  const message = `${what} and cannot be moved to ${showName(schema)}, because it is not relocatable: ${toDo}.`;
  return { kind: 'blocked', remark: { reason: 'NotRelocatable', message } };
}
