import type { ExtensionStatus, InstanceStatus } from '../status/instance-status.ts';
import { renderDatabases } from './render-databases.ts';
import { printable, textColumns, textTable } from './text-table.ts';

/** The status for a person at a terminal. */
export function renderStatus(status: InstanceStatus): string {
  const { postgres, configuration, restartRequired } = status;
  const lines = [
    ...textColumns([
      ['Phase', status.phase],
      [
        'PostgreSQL',
        `${postgres.version ?? '-'}${postgres.pid === null ? '' : `, pid ${postgres.pid}`}, ${postgres.ready ? 'ready' : 'not ready'}`,
      ],
      ['Configuration', configuration.state],
      ['Restart', restartRequired.required ? 'required' : 'not required'],
    ]),
  ];
  if (restartRequired.required) {
    lines.push(
      '',
      'RESTART REQUIRED FOR',
      ...textTable(
        ['NAME', 'RUNNING', 'DESIRED', 'EXTENSIONS'],
        restartRequired.reasons.map((reason) => [
          reason.name,
          reason.running ?? '-',
          reason.desired ?? '-',
          reason.extensions.join(', ') || '-',
        ]),
      ),
    );
  }
  if (status.extensions.length > 0) {
    lines.push('', ...textTable(['EXTENSION', 'VOLUME', 'FINDINGS', 'PROVIDES'], status.extensions.map(extensionRow)));
  }
  const databases = renderDatabases(status.databases);
  if (databases.length > 0) lines.push('', ...databases);
  if (status.findings.length > 0) {
    lines.push(
      '',
      ...textTable(
        ['SEVERITY', 'REASON', 'MESSAGE'],
        status.findings.map((finding) => [finding.severity, finding.reason, finding.message]),
      ),
    );
  }
  if (postgres.lastFatal.length > 0) lines.push('', 'LAST FATAL LINES', ...postgres.lastFatal.map(printable));
  return `${lines.join('\n')}\n`;
}

function extensionRow(extension: ExtensionStatus): readonly string[] {
  const provides = extension.provides.map((one) => `${one.name} ${one.defaultVersion ?? ''}`.trim()).join(', ');
  const volume = extension.held ? `${extension.volume.state}, held` : extension.volume.state;
  // The longest last: PostGIS brings fourteen of them.
  return [extension.name, volume, String(extension.findings.length), provides || '-'];
}
