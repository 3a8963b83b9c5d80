import { describeError } from '../lib/errors.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { attemptLedger, wishOf } from './attempt-ledger.ts';
import { concludeLooks, findingsMeanwhile } from './conclude-looks.ts';
import { itemText } from './database-action.ts';
import { type DatabasePlan, nothingPlanned, type PlannedAction } from './database-plan.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { declarationOf, isDeclaredOtherwise } from './declared-otherwise.ts';
import type { SqlFailure } from './execute-statement.ts';
import { cannotConnect, failureRemark, unexpected } from './failure-remark.ts';
import type { Objection } from './hold-back.ts';
import { interruptions } from './interruptions.ts';
import { lookBook } from './look-book.ts';
import type { DatabasesLoop, LoopPorts } from './loop-ports.ts';
import { newLoopState, type Round } from './loop-state.ts';
import { type DatabaseTask, type Looked, reconcileDatabase } from './reconcile-database.ts';
import { reconcileServer } from './reconcile-server.ts';
import { reportUnseen } from './report-database.ts';
import type { ServerCatalog } from './server-catalog.ts';
import { sortDatabases, verdictOf, waitingForPromotion } from './unseen-database.ts';
import { workQueue } from './work-queue.ts';

/** With the session that watches the server, all that fits into superuser_reserved_connections. */
const mostSessions = 2;
const longestRestMs = 60_000;

export function databasesLoop(ports: LoopPorts): DatabasesLoop {
  const { clock, logger, sessions } = ports;
  const ledger = attemptLedger(clock.now);
  const interrupted = interruptions(clock.now);
  const book = lookBook();
  const held = newLoopState();
  const queue = workQueue(mostSessions, work, concludeRound);
  const stage = singleFlight(beginRound);

  async function beginRound(): Promise<void> {
    const { wish } = held;
    if (wish === undefined) return;
    const isConfirming = held.toConfirm === wish;
    held.toConfirm = undefined;
    const startedAtMs = clock.now();
    book.announce(wish);
    publish();
    try {
      const reconciled = await reconcileServer(wish.declarations, {
        ...{ sessions, logger, observe: ports.observeServer },
        isWithdrawn: (database) => isWithdrawn(database, wish),
        objection: (database, server) => objection(database, server, wish),
        failed: (database, plan, planned, failure) => recordFailure(database, plan, planned, failure, wish),
      });
      // Something newer comes at once, or when the server has come up.
      if (held.wish !== wish || held.isPaused) return;
      if (reconciled === undefined) return interrupt(undefined);
      const common = { followed: wish, reconciled, startedAtMs, updateTargets: new Map() };
      held.round = { ...common, wish: isConfirming ? { ...wish } : wish, isConfirming };
      enqueue(held.round);
    } catch (error) {
      logger.error({ err: error }, 'the databases could not be looked at; it will be tried again');
      interrupt(undefined);
    }
  }

  function enqueue({ wish, reconciled }: Round): void {
    const { server, plans } = reconciled;
    interrupted.clear();
    ledger.keepOnly(new Set([...wish.declarations, ...server.databases].map(({ name }) => name)));
    const { names, unseen } = sortDatabases(wish, reconciled);
    book.keepOnly(new Set([...names, ...unseen.map(({ name }) => name)]));
    // Those that are looked into are settled when they could be: nobody may be let in.
    for (const { name } of unseen) ledger.settle(name, 'database', plans.get(name) ?? nothingPlanned);
    for (const report of unseen) book.write(report.name, { report, wish, catalog: undefined });
    publish();
    queue.add(names, new Set(names.filter(book.isUrgent)));
    if (queue.isIdle()) concludeRound();
  }

  async function work(database: string): Promise<void> {
    const { round } = held;
    if (round === undefined) return;
    const { wish, reconciled } = round;
    const declaration = declarationOf(database, wish);
    const task: DatabaseTask = {
      ...{ database, declaration, wish, server: reconciled.server, verdict: verdictOf(reconciled, database) },
    };
    try {
      const result = await reconcileDatabase(task, {
        ...{ sessions, logger, now: clock.now, updateTargets: round.updateTargets },
        lookUpLibraries: (catalog) =>
          ports.lookUpLibraries(
            catalog.libraries.map(({ probin }) => probin),
            reconciled.server.dynamicLibraryPath,
            wish.libraryDirectory,
          ),
        objection: objection(database, reconciled.server, wish),
        isWithdrawn: () => isWithdrawn(database, wish),
        failed: (plan, planned, failure) => recordFailure(database, plan, planned, failure, wish),
        publish: revise,
      });
      note(task, result);
    } catch (error) {
      logger.error({ err: error, database }, 'a database could not be looked at; it will be tried again');
      note(task, { kind: 'refused', failure: unexpected(error) });
    }
    publish();
    held.rest.abort();
  }

  function note(task: DatabaseTask, result: Looked): void {
    const { database, declaration, verdict, wish } = task;
    // The server goes down, and that has nothing to do with this database.
    if (held.round === undefined) return;
    if (result.kind !== 'interrupted') interrupted.settle(database);
    const { plans } = held.round.reconciled;
    switch (result.kind) {
      case 'looked':
        ledger.settle(database, 'database', plans.get(database) ?? nothingPlanned);
        ledger.settle(database, 'inside', result.plan);
        book.write(database, { report: result.report, wish, catalog: result.catalog });
        return;
      case 'refused': {
        const remark = cannotConnect(database, result.failure);
        ledger.failed(database, { kind: 'database', name: database }, wish.circumstances, remark);
        const report = reportUnseen(database, declaration, verdict, { applied: false, remark });
        book.write(database, { report, wish, catalog: undefined });
        return;
      }
      case 'interrupted':
        return interrupt(database);
    }
  }

  /** Whoever ends a session of the manager does not end what it was about. A server that goes down is another matter. */
  function interrupt(database: string | undefined): void {
    interrupted.note(database);
    held.rest.abort();
  }

  function concludeRound(): void {
    const { round } = held;
    if (round === undefined) return;
    const { followed, wish, reconciled, startedAtMs } = round;
    const isFirstEnd = held.concluded !== round;
    // Retries end a round again; only its first end tells how long a look takes.
    if (isFirstEnd) {
      held.concluded = round;
      held.lastRoundMs = clock.now() - startedAtMs;
      logger.debug(
        { databases: reconciled.server.databases.length, ms: Math.round(held.lastRoundMs) },
        'databases looked at',
      );
    }
    const conclusion = concludeLooks(wish, reconciled.server, book.all());
    const isSure = round.isConfirming && isFirstEnd;
    held.conclusion = { wish: followed, conclusion: isSure ? conclusion : { ...conclusion, free: new Set() } };
    publish();
    if (conclusion.free.size > 0) {
      if (isSure) ports.freed();
      else confirm(followed);
    }
    void lookAtScripts(wish);
  }

  /** Looks are as old as the slowest database of the round, and it knows no databases that were made since it began. */
  function confirm(wish: DatabasesWish): void {
    if (held.wish !== wish) return;
    held.toConfirm = wish;
    void stage.trigger();
  }

  async function lookAtScripts(wish: DatabasesWish): Promise<void> {
    try {
      held.scripts = await ports.lookAtScripts(wish);
      publish();
    } catch (error) {
      logger.warn({ err: describeError(error) }, 'the scripts of the images could not be read');
    }
  }

  function objection(database: string, server: ServerCatalog, wish: DatabasesWish): Objection {
    return server.inRecovery ? () => waitingForPromotion(database) : ledger.objection(database, wish.circumstances);
  }

  function isWithdrawn(database: string, wish: DatabasesWish): boolean {
    return held.wish !== undefined && isDeclaredOtherwise(database, wish, held.wish);
  }

  function recordFailure(
    database: string,
    plan: DatabasePlan,
    { item, action }: PlannedAction,
    failure: SqlFailure,
    wish: DatabasesWish,
  ): void {
    const actions = plan.actions
      .filter((planned) => itemText(planned.item) === itemText(item))
      .map((planned) => planned.action);
    const remark = failureRemark(wish, database, action, failure);
    ledger.failed(database, item, wishOf(actions, wish.circumstances), remark);
  }

  function revise(report: DatabaseReport): void {
    book.revise(report);
    publish();
  }

  function publish(): void {
    ports.publish({
      databases: book.reports(),
      findings: [
        ...(held.wish === undefined ? [] : findingsMeanwhile(held.conclusion?.conclusion.findings ?? [], held.wish)),
        ...held.scripts,
      ],
      failures: ledger.failures(),
      lastRoundMs: held.lastRoundMs,
    });
  }

  async function run(stop: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => held.rest.abort(), { once: true });
    while (!stop.aborted) {
      held.rest = new AbortController();
      const due = ledger.takeDue();
      const again = interrupted.takeDue();
      if (again.has(undefined) || due.some(({ item }) => item.kind === 'database')) void stage.trigger();
      const inside = due.filter(({ item }) => item.kind !== 'database').map(({ database }) => database);
      if (held.round !== undefined) queue.add([...inside, ...[...again].filter((one) => one !== undefined)]);
      const nextMs = Math.min(...[ledger.nextTryMs(), interrupted.nextMs()].filter((one) => one !== undefined));
      await clock.sleep(Math.max(0, Math.min(nextMs - clock.now(), longestRestMs)), held.rest.signal);
    }
  }

  return {
    follow: (wish) => {
      held.wish = wish;
      held.isPaused = false;
      void stage.trigger();
    },
    hurry: ledger.hurry,
    pause: async () => {
      held.round = undefined;
      interrupted.clear();
      held.isPaused = true;
      queue.clear();
      await sessions.closeAll();
    },
    run,
    freeImages: (wish) => (held.conclusion?.wish === wish ? held.conclusion.conclusion.free : new Set()),
  };
}
