/** Where things are in the containers; the manager's defaults. */
export const configurationFolder = '/etc/pg-instance-manager';
export const dataFolder = '/var/lib/postgresql';

/** Where the image of the manager has it. */
export const managerFolder = '/opt/pg-instance-manager';

/** PID 1, below the folder that the manager is in. */
export function managerProgram(folder: string): string {
  return `${folder}/bin/pg-instance-manager`;
}

/** Where the image of an extension is mounted. */
export function extensionFolder(name: string): string {
  return `/extensions/${name}`;
}
