import { describeError } from '../lib/errors.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { attemptLedger } from './attempt-ledger.ts';
import { type CarryOutRules, carryOutRules } from './carry-out-rules.ts';
import { concludeLooks } from './conclude-looks.ts';
import { nothingPlanned } from './database-plan.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { declarationOf } from './declared-otherwise.ts';
import { nextDueMs, takeDue } from './due-again.ts';
import { cannotConnect, unexpected } from './failure-remark.ts';
import { interruptions } from './interruptions.ts';
import { lookBook } from './look-book.ts';
import type { DatabasesLoop, LoopPorts } from './loop-ports.ts';
import { findingsOf, freeOf, justAttempted, type NextRound, newLoopState, newRound, type Round } from './loop-state.ts';
import { type DatabaseTask, type Looked, reconcileDatabase } from './reconcile-database.ts';
import { busyDatabases, lookAtServer, type SeenServer, workOnServer } from './reconcile-server.ts';
import { reportUnseen } from './report-database.ts';
import { settling } from './settling.ts';
import { sortDatabases, verdictOf } from './unseen-database.ts';
import { workQueue } from './work-queue.ts';

/** With the session that watches the server, all that fits into superuser_reserved_connections. */
const mostSessions = 2;
const longestRestMs = 60_000;

/** What is done to the databases, not in one of them. */
const wholeServer = Symbol('the server');

export function databasesLoop(ports: LoopPorts): DatabasesLoop {
  const { clock, logger, sessions } = ports;
  const ledger = attemptLedger(clock.now);
  const interrupted = interruptions(clock.now);
  const book = lookBook();
  const looks = settling(clock.now);
  const held = newLoopState();
  const queue = workQueue<string | typeof wholeServer>(mostSessions, work, concludeRound);
  const stage = singleFlight(beginRound);

  async function beginRound(): Promise<void> {
    const { wish, next } = held;
    if (wish === undefined) return;
    held.next = undefined;
    const startedAtMs = clock.now();
    book.announce(wish);
    publish();
    try {
      const seen = await look(wish, justAttempted(next, wish));
      // Something newer comes at once, or when the server has come up.
      if (held.wish !== wish || held.isPaused) return;
      if (seen === undefined) return interrupt(undefined);
      const { names, unseen } = sortDatabases(wish, seen);
      held.round = newRound(seen, new Set(names), { wish, next, startedAtMs });
      enqueue(held.round, unseen);
    } catch (error) {
      logger.error({ err: error }, 'the databases could not be looked at; it will be tried again');
      interrupt(undefined);
    }
  }

  function enqueue({ wish, seen, busy, names }: Round, unseen: readonly DatabaseReport[]): void {
    const { server, plans } = seen;
    interrupted.clear();
    ledger.keepOnly(new Set([...wish.declarations, ...server.databases].map(({ name }) => name)));
    book.keepOnly(new Set([...names, ...busy, ...unseen.map(({ name }) => name)]));
    // Of the busy ones there is more to say in a moment.
    for (const report of unseen.filter(({ name }) => !busy.has(name))) {
      // Those that are looked into are settled when they could be: nobody may be let in.
      ledger.settle(report.name, 'database', plans.get(report.name) ?? nothingPlanned);
      book.write(report.name, { report, wish, catalog: undefined });
    }
    book.beginWork(busy);
    publish();
    if (busy.size > 0) queue.add([wholeServer], new Set([wholeServer]));
    queue.add([...names], new Set([...names].filter(book.isUrgent)));
    if (queue.isIdle()) concludeRound();
  }

  async function work(job: string | typeof wholeServer): Promise<void> {
    const { round } = held;
    if (round === undefined) return;
    await (job === wholeServer ? workOnDatabases(round) : workIn(job, round));
    publish();
    held.rest.abort();
  }

  /** It can take minutes, so the other databases do not wait for it. */
  async function workOnDatabases({ followed }: Round): Promise<void> {
    const { isWithdrawn, failed } = rulesOf(followed);
    try {
      const seen = await look(followed);
      if (seen === undefined) return interrupt(undefined);
      const outcome = await workOnServer(seen, {
        ...{ sessions, logger, isWithdrawn },
        failed: (database, ...what) => {
          book.failWork(database, failed(database, ...what));
          publish();
        },
      });
      if (held.wish !== followed || held.isPaused) return;
      if (outcome === 'interrupted') return interrupt(undefined);
      held.next = { kind: 'settled', wish: followed, attempted: busyDatabases(seen) };
      void stage.trigger();
    } catch (error) {
      logger.error({ err: error }, 'the databases could not be seen to; it will be tried again');
      interrupt(undefined);
    }
  }

  async function workIn(database: string, { wish, seen, updateTargets }: Round): Promise<void> {
    const about = { declaration: declarationOf(database, wish), verdict: verdictOf(seen, database) };
    const task = { database, wish, server: seen.server, ...about } satisfies DatabaseTask;
    const hands = { sessions, logger, lookUpLibraries: ports.lookUpLibraries, now: clock.now, updateTargets };
    try {
      const result = await reconcileDatabase(task, { ...hands, rules: rulesOf(wish), publish: revise });
      note(task, result);
    } catch (error) {
      logger.error({ err: error, database }, 'a database could not be looked at; it will be tried again');
      note(task, { kind: 'refused', failure: unexpected(error) });
    }
  }

  function note(task: DatabaseTask, result: Looked): void {
    const { database, declaration, verdict, wish } = task;
    // The server goes down; or it is not looked into any more, and what was said of it since is newer.
    if (held.round?.names.has(database) !== true) return;
    if (result.kind !== 'interrupted') interrupted.settle(database);
    const { plans } = held.round.seen;
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
    if (database === undefined) looks.end();
    interrupted.note(database);
    held.rest.abort();
  }

  function concludeRound(): void {
    const { round } = held;
    if (round === undefined || round.busy.size > 0) return;
    const { followed, wish, seen, startedAtMs } = round;
    const isFirstEnd = held.concluded !== round;
    // Retries end a round again; only its first end tells how long a look takes.
    if (isFirstEnd) {
      held.concluded = round;
      held.lastRoundMs = clock.now() - startedAtMs;
      const databases = seen.server.databases.length;
      logger.debug({ databases, ms: Math.round(held.lastRoundMs) }, 'databases looked at');
    }
    const conclusion = concludeLooks(wish, seen.server, book.all());
    const isSure = round.isConfirming && isFirstEnd;
    const said = isSure ? conclusion : { ...conclusion, free: new Set<string>() };
    held.conclusion = { wish: followed, atMs: clock.now(), conclusion: said };
    publish();
    void lookAtScripts(wish);
    if (held.wish !== followed) return;
    // Looks are as old as the slowest database of the round, and it knows no databases that were made since it began.
    if (conclusion.free.size > 0 && !isSure) return lookOnceMore({ kind: 'confirm', wish: followed });
    const isOld = looks.end();
    if (said.free.size > 0) {
      looks.linger(); // a pass without the image comes, and with it another wish
      ports.freed();
    } else if (isOld) lookOnceMore({ kind: 'again', wish: followed });
  }

  function lookOnceMore(next: NextRound): void {
    looks.goOn();
    held.next = next;
    void stage.trigger();
  }

  async function lookAtScripts(wish: DatabasesWish): Promise<void> {
    const tell = (error: unknown): void =>
      logger.warn({ err: describeError(error) }, 'the scripts of the images could not be read');
    held.scripts = (await ports.lookAtScripts(wish).catch(tell)) ?? held.scripts;
    publish();
  }

  function look(wish: DatabasesWish, attempted?: ReadonlySet<string>): Promise<SeenServer | undefined> {
    return lookAtServer(wish.declarations, { observe: ports.observeServer, rules: rulesOf(wish), attempted });
  }

  function rulesOf(wish: DatabasesWish): CarryOutRules {
    return carryOutRules(wish, () => held.wish, ledger);
  }

  function revise(report: DatabaseReport): void {
    book.revise(report);
    publish();
  }

  function publish(): void {
    const { lastRoundMs } = held;
    ports.publish({ databases: book.reports(), findings: findingsOf(held), failures: ledger.failures(), lastRoundMs });
  }

  async function run(stop: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => held.rest.abort(), { once: true });
    while (!stop.aborted) {
      held.rest = new AbortController();
      const { isServer, databases } = takeDue(ledger, interrupted);
      if (isServer) void stage.trigger();
      if (held.round !== undefined) queue.add(databases);
      const restMs = nextDueMs(ledger, interrupted) - clock.now();
      await clock.sleep(Math.max(0, Math.min(restMs, longestRestMs)), held.rest.signal);
    }
  }

  return {
    follow: (wish) => {
      if (held.wish !== undefined && looks.putsOff(held.wish, wish)) return held.wish;
      looks.begin();
      held.wish = wish;
      held.isPaused = false;
      void stage.trigger();
      return wish;
    },
    hurry: () => {
      looks.end();
      ledger.hurry();
    },
    pause: async () => {
      held.round = undefined;
      looks.end();
      interrupted.clear();
      held.isPaused = true;
      queue.clear();
      await sessions.closeAll();
    },
    run,
    freeImages: (wish) => freeOf(held, wish, clock.now()),
  };
}
