import type { DatabaseReport, DatabasesReport, ItemRow } from '../databases/database-report.ts';
import { extensionIn } from '../databases/extension-words.ts';
import type { Finding } from '../lib/finding.ts';
import { mostSevereFirst } from './most-severe-first.ts';
import { updateFindings } from './update-findings.ts';

/** Hundreds of databases can have the same trouble, and nobody reads more. */
const mostOfOneReason = 100;

/** What is to be told of the databases; what concerns all of them alike is told once. */
export function databaseFindings({ databases, findings }: DatabasesReport): readonly Finding[] {
  const all = [
    ...findings,
    ...databases.flatMap(findingsOf),
    ...updateFindings(databases),
    ...waitingFindings(databases),
  ];
  return limited(distinct(all));
}

function findingsOf(database: DatabaseReport): readonly Finding[] {
  const own = rowsOf(database).flatMap((row) => rowFinding(database.name, row) ?? []);
  return [...own, ...database.findings.filter((finding) => !isToldByRow(finding, database))];
}

function rowsOf(database: DatabaseReport): readonly ItemRow[] {
  const inside = [...database.schemas, ...database.extensions, ...database.fdws, ...database.servers];
  // Why there is no database is worth knowing, not that nothing is in it.
  return [database, ...inside.filter(({ remark }) => remark?.reason !== 'DatabaseMissing')];
}

function rowFinding(database: string, { applied, remark }: ItemRow): Finding | undefined {
  if (remark === undefined || isWaiting({ remark })) return undefined;
  const about = { subject: `database/${database}`, reason: remark.reason, message: remark.message };
  if (applied === false) return { severity: 'error', ...about };
  // Nobody has asked for the newer version, so nothing is missing yet; and nobody can change how a database was made.
  return remark.reason === 'NoUpdatePath' || remark.reason === 'CreatedOtherwise'
    ? { severity: 'warning', ...about }
    : undefined;
}

/** A declared extension without its library: its row says what to change in the declaration, too. */
function isToldByRow({ reason, message }: Finding, { name: database, extensions }: DatabaseReport): boolean {
  if (reason !== 'LibraryMissing') return false;
  return extensions.some(
    ({ name, applied, remark }) =>
      applied === false && remark?.reason === reason && message.startsWith(`${extensionIn(name, database)} `),
  );
}

function waitingFindings(databases: readonly DatabaseReport[]): readonly Finding[] {
  const waiting = databases.flatMap(rowsOf).filter(isWaiting).length;
  if (waiting === 0) return [];
  const things =
    waiting === 1
      ? 'one thing that is declared in its databases is'
      : `${waiting} things that are declared in its databases are`;
  return [
    {
      severity: 'info',
      reason: 'WaitingForPromotion',
      subject: 'postgres',
      message: `This server is a standby, on which nothing is written: ${things} waiting for promotion, unless the primary does it.`,
    },
  ];
}

function isWaiting({ remark }: Pick<ItemRow, 'remark'>): boolean {
  return remark?.reason === 'WaitingForPromotion';
}

/** A database that cannot be looked into has the same to say in each of its rows. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [
    ...new Map(
      findings.map((finding) => [JSON.stringify([finding.reason, finding.subject, finding.message]), finding]),
    ).values(),
  ];
}

function limited(findings: readonly Finding[]): readonly Finding[] {
  return [...Map.groupBy(findings, ({ reason }) => reason).values()].flatMap((same) => {
    const sorted = mostSevereFirst(same);
    const [first, ...others] = sorted.slice(mostOfOneReason);
    return first === undefined ? same : [...sorted.slice(0, mostOfOneReason), theRest(first, others.length + 1)];
  });
}

function theRest({ severity, reason }: Finding, count: number): Finding {
  const what = count === 1 ? 'One more finding' : `${count} more findings`;
  const message = `${what} of the reason ${reason} ${count === 1 ? 'is' : 'are'} not listed here; the databases in /status show where.`;
  return { severity, reason, subject: 'postgres', message };
}
