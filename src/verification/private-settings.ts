import type { ExtensionPaths } from '../settings/extension-paths.ts';
import { quoteGucValue } from '../settings/guc-file.ts';
import { renderLibraryList } from '../settings/guc-list.ts';

export interface PrivateSettings {
  /** Only we can enter it. */
  readonly socketFolder: string;
  readonly paths: Pick<ExtensionPaths, 'extensionControlPath' | 'dynamicLibraryPath'>;
  /** `parameters` of the configuration. */
  readonly configured: Readonly<Record<string, string>>;
  /** `-c`: what was given for this very run. */
  readonly given: ReadonlyMap<string, string>;
}

/** For a server that lives for seconds, on a machine that does other things; what was asked for wins. */
const usual: Readonly<Record<string, string>> = {
  // What CloudNativePG has, and what a plugin such as wal2json needs: https://www.postgresql.org/docs/18/runtime-config-wal.html
  wal_level: 'logical',
  lc_messages: 'C',
  jit: 'off',
  shared_buffers: '32MB',
  max_connections: '30',
  huge_pages: 'off',
  // Whatever is written goes away.
  full_page_writes: 'off',
  synchronous_commit: 'off',
  // Its workers stand in the way of DROP DATABASE, and there is nothing to clean.
  autovacuum: 'off',
};

/** What a production server is given and a throw-away one cannot have: memory, places on its disks, other servers. */
const notHere =
  /^(shared_buffers|huge_pages|max_connections|shared_memory_type|ssl.*|archive_.*|restore_command|recovery_.*|primary_.*|synchronous_standby_names|log_.*|logging_collector|data_directory|hba_file|ident_file|external_pid_file|krb_.*|cluster_name|temp_tablespaces|default_tablespace|shared_preload_libraries|extension_control_path|dynamic_library_path|hot_standby|bonjour.*|listen_addresses|port|unix_socket_.*)$/;

/** The rest of the private server's postgresql.conf, for one start; of a parameter that is there twice the last one counts. */
export function renderPrivateSettings(settings: PrivateSettings, preload: readonly string[]): string {
  const configured = Object.entries(settings.configured).filter(([name]) => !notHere.test(name.toLowerCase()));
  const values = new Map([
    ...Object.entries(usual),
    ...configured,
    ...settings.given,
    ...Object.entries({
      extension_control_path: settings.paths.extensionControlPath,
      dynamic_library_path: settings.paths.dynamicLibraryPath,
      shared_preload_libraries: renderLibraryList(preload),
      listen_addresses: '',
      port: String(privatePort),
      unix_socket_directories: settings.socketFolder,
      unix_socket_permissions: '0700',
      fsync: 'off',
      logging_collector: 'off',
      log_destination: 'stderr',
      log_line_prefix: '',
      // A crash is to be seen, and what comes next gets a server that is as new.
      restart_after_crash: 'off',
    }),
  ]);
  return [...values].map(([name, value]) => `${name} = ${quoteGucValue(value)}\n`).join('');
}

/** Part of the name of the socket; nothing listens on the network. */
export const privatePort = 5432;
