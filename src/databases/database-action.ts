import type {
  DatabaseCreation,
  DatabaseProperties,
  OptionDeclaration,
  UsageDeclaration,
} from '../configuration/database-declaration.ts';

/** All that can be done in or to a database, one statement each: a second time it changes nothing, or fails without harm. */
export type DatabaseAction =
  // in any database but the one that it is about
  | { readonly kind: 'create-role'; readonly role: string }
  | {
      readonly kind: 'create-database';
      readonly database: string;
      readonly owner: string | undefined;
      readonly creation: DatabaseCreation;
      readonly properties: DatabaseProperties;
    }
  | { readonly kind: 'alter-database-owner'; readonly database: string; readonly owner: string }
  | { readonly kind: 'alter-database-property'; readonly database: string; readonly property: OneDatabaseProperty }
  | { readonly kind: 'drop-database'; readonly database: string }
  // in the database
  | { readonly kind: 'create-schema'; readonly schema: string; readonly owner: string | undefined }
  | { readonly kind: 'alter-schema-owner'; readonly schema: string; readonly owner: string }
  | { readonly kind: 'drop-schema'; readonly schema: string }
  | {
      readonly kind: 'create-extension';
      readonly extension: string;
      readonly version: string | undefined;
      readonly schema: string | undefined;
      readonly cascade: boolean;
    }
  | { readonly kind: 'update-extension'; readonly extension: string; readonly version: string }
  | { readonly kind: 'move-extension'; readonly extension: string; readonly schema: string }
  | { readonly kind: 'drop-extension'; readonly extension: string; readonly cascade: boolean }
  | {
      readonly kind: 'create-fdw';
      readonly fdw: string;
      readonly handler: string | undefined;
      readonly validator: string | undefined;
      readonly options: readonly OptionDeclaration[];
    }
  | {
      readonly kind: 'alter-fdw-functions';
      readonly fdw: string;
      readonly handler: string | undefined;
      readonly validator: string | undefined;
    }
  | { readonly kind: 'alter-fdw-owner'; readonly fdw: string; readonly owner: string }
  | { readonly kind: 'alter-fdw-options'; readonly fdw: string; readonly changes: readonly OptionChange[] }
  | { readonly kind: 'drop-fdw'; readonly fdw: string }
  | {
      readonly kind: 'create-server';
      readonly server: string;
      readonly fdw: string;
      readonly options: readonly OptionDeclaration[];
    }
  | { readonly kind: 'alter-server-options'; readonly server: string; readonly changes: readonly OptionChange[] }
  | { readonly kind: 'drop-server'; readonly server: string }
  | {
      readonly kind: 'change-usage';
      readonly on: 'FOREIGN DATA WRAPPER' | 'FOREIGN SERVER';
      readonly name: string;
      readonly usage: UsageDeclaration;
    };

export type OneDatabaseProperty = {
  readonly [K in keyof DatabaseProperties]-?: { readonly name: K; readonly value: NonNullable<DatabaseProperties[K]> };
}[keyof DatabaseProperties];

export type OptionChange =
  | { readonly change: 'ADD' | 'SET'; readonly name: string; readonly value: string }
  | { readonly change: 'DROP'; readonly name: string };

/** Which row of the status it is about. */
export type ItemKind = 'database' | 'schema' | 'extension' | 'fdw' | 'server';

export interface ItemKey {
  readonly kind: ItemKind;
  readonly name: string;
}

export function itemText({ kind, name }: ItemKey): string {
  return `${kind}/${name}`;
}
