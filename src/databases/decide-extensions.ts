import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { type Creation, checkCreations } from './check-creations.ts';
import { checkDrop } from './check-drop.ts';
import { checkInstalled, type InstalledCheck } from './check-installed.ts';
import type { Remark } from './database-plan.ts';
import type { RequiresOf } from './order-extensions.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

/** What is to be done about one declared extension, before it is known when. */
export type Decision = { readonly declared: ExtensionDeclaration } & (
  | { readonly kind: 'create'; readonly creation: Extract<Creation, { kind: 'create' }> }
  | { readonly kind: 'change'; readonly change: Extract<InstalledCheck, { kind: 'due' }> }
  | { readonly kind: 'drop' }
  | { readonly kind: 'in-place'; readonly remark: Remark | undefined }
  | { readonly kind: 'blocked'; readonly remark: Remark }
);

export function decideExtensions(
  declarations: readonly ExtensionDeclaration[],
  inputs: ExtensionInputs,
  requiresOf: RequiresOf,
): readonly Decision[] {
  const { extensions } = inputs.catalog;
  const missing = declarations.filter(({ name, ensure }) => ensure === 'present' && !extensions.has(name));
  const creations = checkCreations(inputs, missing, requiresOf);
  return declarations.map((declared): Decision => {
    const installed = extensions.get(declared.name);
    if (declared.ensure === 'absent') {
      if (installed === undefined) return { declared, kind: 'in-place', remark: undefined };
      const remark = checkDrop(declared, inputs, requiresOf);
      return remark === undefined ? { declared, kind: 'drop' } : { declared, kind: 'blocked', remark };
    }
    if (installed !== undefined) {
      const check = checkInstalled(declared, installed, inputs);
      return check.kind === 'due' ? { declared, kind: 'change', change: check } : { declared, ...check };
    }
    const creation = creations.get(declared.name);
    if (creation === undefined) throw new Error(`${declared.name} was not checked`);
    return creation.kind === 'create' ? { declared, kind: 'create', creation } : { declared, ...creation };
  });
}
