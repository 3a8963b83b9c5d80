/**
 * What is not as it was wanted, and why. A finding is a value, not an exception: it is computed anew in every pass
 * and disappears from the status when its cause does.
 */
export interface Finding {
  readonly severity: Severity;
  readonly reason: Reason;
  /** What it is about: `configuration`, `extension/postgis`, `parameter/work_mem`, `library/pgaudit`, `database/app`, `postgres`, `certificate`, `token`. */
  readonly subject: string;
  /** One sentence: what, where, found, expected, what to do. */
  readonly message: string;
}

/** `error`: something that was asked for does not work. `warning`: it works, but not as one would think. */
export type Severity = 'error' | 'warning' | 'info';

/** Stable names, for alerts and scripts; the message is for people and may change. */
export type Reason =
  | 'ConfigurationInvalid'
  | 'ConfigurationWarning'
  | 'VolumeMissing'
  | 'VolumeEmpty'
  | 'VolumeUnreadable'
  | 'VolumeNoExec'
  | 'VolumeWritable'
  | 'PathMissing'
  | 'LibrariesUnlisted'
  | 'PathEscapesImage'
  | 'PathWritable'
  | 'PathUnreadable'
  | 'ControlFileUnreadable'
  | 'Shadowed'
  | 'EnvironmentOverridden'
  | 'PreloadLibraryNotFound'
  | 'PreloadLibraryUnloadable'
  | 'SettingsRefused'
  | 'SettingsNotApplied'
  | 'PassFailed'
  | 'SafeMode'
  | 'DiskFull'
  | 'DiskReadOnly'
  | 'NotRemembered'
  | 'ParameterOverridden'
  | 'ManagerCannotLogIn'
  | 'RestartRequired'
  | 'RestartDidNotHelp'
  | 'RemovalBlocked'
  | 'AppliedImagesUnreadable'
  | 'UpdateScriptLoadsLibdir'
  | 'LayoutUnusual'
  | 'LibraryDamaged'
  | 'LibraryForeign'
  | 'LibraryOfOtherServer'
  | 'SystemLibraryMissing'
  | 'SymbolVersionMissing'
  | 'SymbolMissing'
  | 'SonameConflict'
  | 'ScriptMissing'
  | 'RequirementMissing'
  | 'WalNeedsLibrary'
  | 'CertificateUnusable'
  | 'CertificateExpiring'
  | 'TokenUnusable'
  | 'OrphansHoldMemory'
  | 'DataDirectoryInUse'
  | 'LockFileLost'
  | 'SocketLost'
  | 'DataFolderLost'
  | ItemReason;

/**
 * Why something that was declared in a database is not as declared, or what is to be known about it although it is;
 * these stand in the rows of the status, too.
 */
export type ItemReason =
  | 'WaitingForPromotion'
  | 'NotLookedAtYet'
  | 'UnderWay'
  // the database
  | 'DatabaseMissing'
  | 'DatabaseNotConnectable'
  | 'DatabaseInvalid'
  | 'DatabaseInUse'
  | 'DatabaseReserved'
  | 'CreatedOtherwise'
  | 'CannotConnect'
  | 'OwnerMissing'
  // extensions
  | 'ExtensionNotAvailable'
  | 'VersionNotAvailable'
  | 'DependencyMissing'
  | 'SchemaMissing'
  | 'SchemaReserved'
  | 'PreloadRequired'
  | 'NoUpdatePath'
  | 'UpdateAvailable'
  | 'LibraryMissing'
  | 'NotRelocatable'
  | 'DependentsExist'
  // anything
  | 'WaitingForLock'
  | 'StatementFailed';
