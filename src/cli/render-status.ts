import type { ExtensionStatus, InstanceStatus } from '../status/instance-status.ts';

/** The status for a person at a terminal. */
export function renderStatus(status: InstanceStatus): string {
  const { postgres, configuration, restartRequired } = status;
  const lines = [
    ...columns([
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
      ...table(
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
    lines.push('', ...table(['EXTENSION', 'VOLUME', 'PROVIDES', 'FINDINGS'], status.extensions.map(extensionRow)));
  }
  if (status.findings.length > 0) {
    lines.push(
      '',
      ...table(
        ['SEVERITY', 'REASON', 'MESSAGE'],
        status.findings.map((finding) => [finding.severity, finding.reason, finding.message]),
      ),
    );
  }
  if (postgres.lastFatal.length > 0) lines.push('', 'LAST FATAL LINES', ...postgres.lastFatal);
  return `${lines.join('\n')}\n`;
}

function extensionRow(extension: ExtensionStatus): readonly string[] {
  const provides = extension.provides.map((one) => `${one.name} ${one.defaultVersion ?? ''}`.trim()).join(', ');
  return [extension.name, extension.volume.state, provides || '-', String(extension.findings.length)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return columns([head, ...rows]);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
