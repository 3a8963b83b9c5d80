/**
 * How the manager ends. PostgreSQL's own codes (1, 2, 128 + signal) are passed on as they are; ours are from sysexits(3)
 * and overlap none of them. The README has the same table.
 */
export const exitCode = {
  ok: 0,
  /** The command line is wrong. */
  usage: 64,
  /** `--strict`, and a finding of severity `error` at the start. */
  strict: 65,
  /** The manager that a command talks to does not answer, or an address cannot be bound. */
  unavailable: 69,
  /** PostgreSQL ended with code 0 although nobody had asked it to, or the manager has a defect. */
  software: 70,
  /** Something outside is missing: no postgres executable, a folder that cannot be made. */
  system: 71,
  /** Another postmaster or manager uses this PGDATA. */
  dataDirectoryInUse: 75,
  /** The configuration is wrong, or asks for what this server cannot do. */
  configuration: 78,
} as const;
