import type { Client } from 'pg';

/** A row of pg_settings: https://www.postgresql.org/docs/18/view-pg-settings.html */
export interface EffectiveSetting {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly sourceFile: string | undefined;
  readonly sourceLine: number | undefined;
}

export interface PendingRestart {
  readonly name: string;
  readonly running: string;
  /** As the files have it; undefined when it was removed from them. */
  readonly desired: string | undefined;
}

/** An entry that the server could not take: https://www.postgresql.org/docs/18/view-pg-file-settings.html */
export interface FileSettingError {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly error: string;
}

/** `ALTER DATABASE … SET` and `ALTER ROLE … SET` beat every file for the sessions that they apply to. */
export interface ScopedSetting {
  readonly name: string;
  readonly database: string | undefined;
  readonly role: string | undefined;
}

export interface EffectiveSettings {
  readonly settings: readonly EffectiveSetting[];
  readonly pendingRestart: readonly PendingRestart[];
  readonly fileErrors: readonly FileSettingError[];
  readonly scoped: readonly ScopedSetting[];
}

/** What is in force in the server, and what it has to say about its files. `names` are lower-case parameter names. */
export async function observeEffectiveSettings(client: Client, names: readonly string[]): Promise<EffectiveSettings> {
  const settings = await client.query<{
    name: string;
    value: string;
    source: string;
    sourcefile: string | null;
    sourceline: number | null;
  }>(
    `SELECT lower(name) AS name, current_setting(name) AS value, source, sourcefile, sourceline
       FROM pg_settings WHERE lower(name) = ANY ($1)`,
    [names],
  );
  const pending = await client.query<{ name: string; running: string; desired: string | null }>(
    `SELECT s.name, current_setting(s.name) AS running,
            (SELECT f.setting FROM pg_file_settings f WHERE lower(f.name) = lower(s.name) ORDER BY f.seqno DESC LIMIT 1)
              AS desired
       FROM pg_settings s WHERE s.pending_restart ORDER BY s.name`,
  );
  const errors = await client.query<{ name: string | null; file: string | null; line: number | null; error: string }>(
    `SELECT name, sourcefile AS file, sourceline AS line, error FROM pg_file_settings WHERE error IS NOT NULL`,
  );
  const scoped = await client.query<{ setting: string; database: string | null; role: string | null }>(
    `SELECT setting, d.datname AS database, r.rolname AS role
       FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS setting
       LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole
      WHERE lower(split_part(setting, '=', 1)) IN ('extension_control_path', 'dynamic_library_path')`,
  );
  return {
    settings: settings.rows.map((row) => ({
      name: row.name,
      value: row.value,
      source: row.source,
      sourceFile: row.sourcefile ?? undefined,
      sourceLine: row.sourceline ?? undefined,
    })),
    pendingRestart: pending.rows.map((row) => ({
      name: row.name,
      running: row.running,
      desired: row.desired ?? undefined,
    })),
    fileErrors: errors.rows.map((row) => ({
      name: row.name ?? undefined,
      file: row.file ?? undefined,
      line: row.line ?? undefined,
      error: row.error,
    })),
    scoped: scoped.rows.map((row) => ({
      name: row.setting.slice(0, row.setting.indexOf('=')).toLowerCase(),
      database: row.database ?? undefined,
      role: row.role ?? undefined,
    })),
  };
}
