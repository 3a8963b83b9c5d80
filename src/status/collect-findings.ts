import { type ConfigurationProblem, describeProblem } from '../configuration/parse-configuration.ts';
import { withoutToldBetter } from '../inspection/told-better.ts';
import type { Finding } from '../lib/finding.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import { databaseFindings } from './database-findings.ts';
import { lossFindings } from './loss-findings.ts';
import { mostSevereFirst } from './most-severe-first.ts';
import type { Snapshot } from './snapshot.ts';
import { walFindings } from './wal-findings.ts';

/** Everything that is not as wanted, errors first. */
export function collectFindings(snapshot: Snapshot): readonly Finding[] {
  const { pass } = snapshot;
  return mostSevereFirst([
    ...withoutToldBetter(pass === undefined ? [] : passFindings(pass), snapshot.imageFindings),
    ...snapshot.imageFindings,
    ...passFailureFindings(snapshot),
    ...snapshot.safeMode,
    ...snapshot.startFindings,
    ...lossFindings(snapshot.observation?.losses),
    ...watchFailureFindings(snapshot),
    ...snapshot.serverFindings,
    ...loginFindings(snapshot),
    ...restartFindings(snapshot),
    ...walFindings(snapshot.lastWords),
    ...databaseFindings(snapshot.databases),
    ...snapshot.accessFindings,
  ]);
}

/** What a configuration and the disk say before any server runs. */
export function passFindings(pass: PassReport): readonly Finding[] {
  return [
    ...pass.inForce.problems.map((problem) => configurationFinding('error', 'ConfigurationInvalid', problem)),
    ...pass.inForce.warnings.map((problem) => configurationFinding('warning', 'ConfigurationWarning', problem)),
    ...pass.desired.findings,
    ...pass.outcomes.flatMap(outcomeFindings),
  ];
}

/** Of other actions that fail, the log tells alone. */
function outcomeFindings({ action, outcome }: PassReport['outcomes'][number]): readonly Finding[] {
  if (outcome.kind === 'done') return [];
  switch (action.kind) {
    case 'install-settings':
      return [
        {
          severity: 'error',
          reason: 'SettingsRefused',
          subject: 'configuration',
          message: `The settings that follow from the configuration could not be put in force, so the ones before stay: ${outcome.reason}.`,
        },
      ];
    case 'remember-applied':
    case 'remember-configuration':
      return [
        {
          severity: 'warning',
          reason: 'NotRemembered',
          subject: 'configuration',
          message: `What is in force could not be remembered for the next start: ${outcome.reason}. It is tried again.`,
        },
      ];
    default:
      return [];
  }
}

function configurationFinding(
  severity: Finding['severity'],
  reason: Finding['reason'],
  problem: ConfigurationProblem,
): Finding {
  return { severity, reason, subject: 'configuration', message: describeProblem(problem) };
}

function passFailureFindings({ passFailure }: Snapshot): readonly Finding[] {
  if (passFailure === undefined) return [];
  return [
    {
      severity: 'error',
      reason: 'PassFailed',
      subject: 'configuration',
      message: `The configuration could not be looked at and applied to the end, so what is shown may be of before: ${passFailure}. It is tried again.`,
    },
  ];
}

function watchFailureFindings({ watchFailure }: Snapshot): readonly Finding[] {
  if (watchFailure === undefined) return [];
  return [
    {
      severity: 'warning',
      reason: 'ConfigurationWarning',
      subject: 'configuration',
      message: `The configuration cannot be watched (${watchFailure}), so a change of it is only noticed when the --resync-interval is over, or with "pg-instance-manager reload". EMFILE and ENOSPC mean that the limits fs.inotify.max_user_instances and max_user_watches of the node are reached.`,
    },
  ];
}

function loginFindings(snapshot: Snapshot): readonly Finding[] {
  const answer = snapshot.observation?.answer;
  if (answer?.kind !== 'refused-login') return [];
  return [
    {
      severity: 'warning',
      reason: 'ManagerCannotLogIn',
      subject: 'postgres',
      message: `PostgreSQL answers, but refuses the manager's login (${answer.sqlState}: ${answer.message}); so it cannot be seen which settings are in force, nothing is done in the databases, and images that leave the configuration stay. Let the role of --superuser in through pg_hba.conf on the local socket, or give --password-file.`,
    },
  ];
}

function restartFindings(snapshot: Snapshot): readonly Finding[] {
  const { restartReasons, pass } = snapshot;
  if (restartReasons.length === 0) return [];
  const names = restartReasons.map((reason) => reason.name).join(', ');
  const restart = pass?.observed.restart;
  if (restart?.madeFor !== undefined && restart.madeFor === restart.key) {
    return [
      {
        severity: 'warning',
        reason: 'RestartDidNotHelp',
        subject: 'postgres',
        message: `PostgreSQL was restarted for ${names}, and the running values are still not the desired ones; it is not restarted for them again. Look for who else sets them.`,
      },
    ];
  }
  return [
    {
      severity: 'warning',
      reason: 'RestartRequired',
      subject: 'postgres',
      message: `PostgreSQL must be restarted for ${names} to take effect: run "pg-instance-manager restart".`,
    },
  ];
}
