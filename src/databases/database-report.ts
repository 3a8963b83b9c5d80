import type { DatabaseDeclaration, Ensure } from '../configuration/database-declaration.ts';
import type { Finding } from '../lib/finding.ts';
import type { Remark } from './database-plan.ts';

/** `applied`: true, false, or null where it is not known or nothing was declared. */
export interface ItemRow {
  readonly name: string;
  /** Null: it is there, and nobody has declared it. */
  readonly ensure: Ensure | null;
  readonly applied: boolean | null;
  readonly remark: Remark | undefined;
}

export interface ExtensionRow extends ItemRow {
  readonly installedVersion: string | undefined;
  /** The version that is to be there; undefined when any will do. */
  readonly desiredVersion: string | undefined;
  /** The default version of what the server finds now. */
  readonly defaultVersion: string | undefined;
  readonly schema: string | undefined;
}

/** What is known of one database, declared or not. */
export interface DatabaseReport extends ItemRow {
  readonly declaration: DatabaseDeclaration | undefined;
  /** Undefined: not looked into since the manager started, or skipped. */
  readonly lookedAtMs: number | undefined;
  readonly schemas: readonly ItemRow[];
  readonly extensions: readonly ExtensionRow[];
  readonly fdws: readonly ItemRow[];
  readonly servers: readonly ItemRow[];
  /** What is wrong in it besides its rows: libraries that functions need and that are gone. */
  readonly findings: readonly Finding[];
}

export interface DatabasesReport {
  /** In the order of their names. */
  readonly databases: readonly DatabaseReport[];
  /** Held images and what they are held for. */
  readonly findings: readonly Finding[];
  /** Statements that failed since the manager started, by database and item. */
  readonly failures: readonly { readonly database: string; readonly item: string; readonly count: number }[];
  /** How long the last look at all databases took. */
  readonly lastRoundMs: number | undefined;
}

export const nothingLookedAt: DatabasesReport = { databases: [], findings: [], failures: [], lastRoundMs: undefined };
