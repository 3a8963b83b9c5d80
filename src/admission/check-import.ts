import type { Step } from '../documents/complaint.ts';
import { listOf, textOf } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { setSection } from './set-section.ts';

/** What a new Cluster takes over from another database: https://cloudnative-pg.io/documentation/current/database_import/ */
export function checkImport(cluster: ClusterValue): readonly FieldError[] {
  const section = setSection(cluster, path);
  if (section === undefined) return [];
  const type = textOf(section['type']);
  const content: Import = {
    databases: textsOf(section['databases']),
    roles: textsOf(section['roles']) ?? [],
    statements: textsOf(section['postImportApplicationSQL']) ?? [],
  };
  switch (type) {
    case 'microservice':
      return checkMicroservice(content);
    case 'monolith':
      return checkMonolith(content);
    default:
      return [invalid([...path, 'type'], type, 'Unrecognized import type')];
  }
}

const path: readonly Step[] = ['spec', 'bootstrap', 'initdb', 'import'];

interface Import {
  readonly databases: readonly string[] | undefined;
  readonly roles: readonly string[];
  readonly statements: readonly string[];
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? listOf(value).map(textOf) : undefined;
}

function checkMicroservice({ databases, roles }: Import): readonly FieldError[] {
  const [only = ''] = databases ?? [];
  const isSingle = databases?.length === 1;
  return [
    ...(isSingle ? [] : [refuse('databases', databases, singleSentence)]),
    ...(roles.length === 0 ? [] : [refuse('roles', databases, rolesSentence)]),
    ...(isSingle && only.includes('*')
      ? [{ ...invalid([...path, 'databases', '0'], databases, wildcardSentence), at: [...path, 'databases', 0] }]
      : []),
  ];
}

function checkMonolith({ databases, roles, statements }: Import): readonly FieldError[] {
  const [first, second] = databases ?? [];
  return [
    ...(first === undefined ? [refuse('databases', databases, atLeastSentence)] : []),
    ...(second !== undefined && databases?.includes('*') ? [refuse('databases', databases, besideDatabases)] : []),
    // Upstream shows the databases here, too.
    ...(roles.length > 1 && roles.includes('*') ? [refuse('roles', databases, besideRoles)] : []),
    ...(statements.length > 0 ? [refuse('postImportApplicationSQL', statements, statementsSentence)] : []),
  ];
}

function refuse(key: string, value: readonly string[] | undefined, sentence: string): FieldError {
  return invalid([...path, key], value ?? null, sentence);
}

const singleSentence = 'You need to specify a single database for the `microservice` import type';
const rolesSentence = 'You cannot specify roles to import for the `microservice` import type';
const wildcardSentence = 'You cannot specify any wildcard for the `microservice` import type';
const atLeastSentence = 'You need to specify at least a database for the `monolith` import type';
const besideDatabases = 'Wildcard import cannot be used along other database names';
const besideRoles = 'Wildcard import cannot be used along other role names';
const statementsSentence = 'postImportApplicationSQL is not allowed for the `monolith` import type';
