import type { ByteSource } from './byte-source.ts';
import type { DynamicSection } from './dynamic-section.ts';
import type { ElfNumbers } from './elf-numbers.ts';
import type { ElfSegments } from './elf-segments.ts';
import type { ElfTarget } from './elf-target.ts';

/** A file of which all that leads to the rest has been read. */
export interface OpenedElf {
  readonly source: ByteSource;
  readonly target: ElfTarget;
  readonly numbers: ElfNumbers;
  readonly segments: ElfSegments;
  readonly dynamic: DynamicSection;
}
