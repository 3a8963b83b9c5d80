/** The demo's `instance.yaml`: what a person reads first, so every line that is not obvious says why it is there. */
export function renderDemoConfiguration(): string {
  return `# The configuration of the demo. Save a change while it runs and look at /status.

# The extension images, each mounted at /extensions/<name> in a container (here: .demo/extensions/<name>).
# PostgreSQL's own files come first, then these, in this order.
extensions:
  # Its library needs libossp-uuid.so.16, which only the image has, in system/. Take ld_library_path away:
  # /status says that a restart is required, and after it CREATE EXTENSION "uuid-ossp" fails.
  - name: uuid-ossp
    ld_library_path: [system]

  # Two extensions in one image, each in a folder of its own.
  - name: geo
    extension_control_path: [cube/share, earthdistance/share]
    dynamic_library_path: [cube/lib, earthdistance/lib]

  # Nothing to say: extension_control_path is [share] and dynamic_library_path is [lib].
  - name: hstore

  - name: pg_stat_statements

# A library that has to be there when PostgreSQL starts: a change here takes effect by a restart.
shared_preload_libraries: [pg_stat_statements]

# Settings of PostgreSQL. These two take effect as soon as the file is saved.
parameters:
  work_mem: 8MB
  log_min_duration_statement: 1s

# manual: a change that needs a restart waits for \`pg-instance-manager restart\`. automatic: it is done at once.
restart_policy: manual
`;
}
