// ⚡ A configuration folder as the kubelet keeps it.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConfigMap {
  readonly folder: string;
  /** Lays the next generation out; what it returns swaps it in with one rename. */
  readonly stage: (text: string) => { readonly swap: () => void };
}

/** `instance.yaml` leads over the link `..data` to the generation in force, and `..data` is replaced by a rename. */
export function createConfigMap(folder: string, text: string): ConfigMap {
  const held = { generation: 0 };
  const generation = (number: number): string => `..generation-${number}`;

  function stage(next: string): { readonly swap: () => void } {
    held.generation += 1;
    const name = generation(held.generation);
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'instance.yaml'), next);
    symlinkSync(name, join(folder, '..data_tmp'));
    return {
      swap: () => {
        renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
        rmSync(join(folder, generation(held.generation - 1)), { recursive: true, force: true });
      },
    };
  }

  mkdirSync(folder);
  stage(text).swap();
  symlinkSync('..data/instance.yaml', join(folder, 'instance.yaml'));
  return { folder, stage };
}
