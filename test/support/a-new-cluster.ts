import type { NewCluster } from '../../src/initialization/new-cluster.ts';

/** One that may be made, and what a test changes about it. */
export function aNewCluster(change: Partial<NewCluster> = {}): NewCluster {
  return {
    superuser: 'postgres',
    database: 'postgres',
    passwordFile: undefined,
    password: 'hush',
    initdbArguments: [],
    hostAuthMethod: undefined,
    walDirectory: undefined,
    initScripts: '/docker-entrypoint-initdb.d',
    problems: [],
    ...change,
  };
}
