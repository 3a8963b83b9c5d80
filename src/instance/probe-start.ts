import { writeFileAtomically } from '../lib/write-file-atomically.ts';
import type { DesiredState } from '../reconcile/desired-state.ts';
import { type InstanceOptions, settingsFile } from '../reconcile/options.ts';
import { refusalOfStart } from '../settings/refuse-settings.ts';

/** Why PostgreSQL would not start that way, as far as it can be asked without starting; undefined: it may. */
export async function probeStart(
  { settings, launch, environment }: DesiredState,
  options: InstanceOptions,
): Promise<string | undefined> {
  const candidate = {
    postgres: `${options.binDirectory}/postgres`,
    dataDirectory: options.dataDirectory,
    serverOptions: launch.args.slice(launch.args.indexOf(`config_file=${settingsFile(options)}`) + 1),
    environment: environment.variables,
  };
  const held: { reason: string | undefined } = { reason: undefined };
  // A text to look at and not to install: it is refused in any case.
  await writeFileAtomically(`${settingsFile(options)}.candidate`, settings.text, async (file) => {
    held.reason = await refusalOfStart(candidate, file);
    return 'it was only to be looked at';
  });
  return held.reason;
}
