import type { DatabaseReport, ExtensionRow } from '../databases/database-report.ts';
import { listNames, versionKey } from '../databases/extension-words.ts';
import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';

interface Behind {
  readonly database: string;
  readonly row: ExtensionRow;
}

/** One for each extension of which a newer version could be installed, whatever the number of databases. */
export function updateFindings(databases: readonly DatabaseReport[]): readonly Finding[] {
  const behind = databases.flatMap((database) =>
    database.extensions
      .filter(({ remark }) => remark?.reason === 'UpdateAvailable')
      .map((row): Behind => ({ database: database.name, row })),
  );
  return [...Map.groupBy(behind, ({ row }) => row.name)].map(([extension, all]) => updateFinding(extension, all));
}

function updateFinding(extension: string, all: readonly Behind[]): Finding {
  const installed = [...Map.groupBy(all, ({ row }) => row.installedVersion ?? '')].map(([version, same]) => {
    const databases = listNames(same.map(({ database }) => database));
    return `${showName(version)} in the ${same.length === 1 ? 'database' : 'databases'} ${databases}`;
  });
  const available = all[0]?.row.defaultVersion ?? '';
  const what = `The extension ${showName(extension)} has version ${installed.join(', version ')}, and ${showName(available)} is available`;
  return {
    severity: 'info',
    reason: 'UpdateAvailable',
    subject: `extension/${extension}`,
    message: `${what}: declare it with ${versionKey(available)} or update: default to update it.`,
  };
}
