import { isAboutFiles, isLastWord, type PostgresLogLine } from './postmaster-log.ts';

/** What tells why a server ended, oldest first. */
export interface LastWords {
  readonly shown: readonly string[];
  /** FATAL lines of processes that may have ended alone: a client's, most often. */
  readonly aside: readonly { readonly pid: number; readonly text: string }[];
  /** The newest line of severity LOG of a server that starts: a FATAL may say no more than that there were errors. */
  readonly log: string | undefined;
}

export interface Listening {
  readonly postmasterPid: number | undefined;
  /** Clients are let in, so a FATAL can be no more than a wrong password. */
  readonly isAccepting: boolean;
}

export const nothingSaid: LastWords = { shown: [], aside: [], log: undefined };

const containsErrors = /FATAL: {2}configuration file ".*" contains errors/;
const mostShown = 5;
const mostAside = 20;

/**
 * A FATAL of a server that starts is about the server. Later it is about one session, unless the postmaster says it itself, or
 * says of the process that did that it has ended badly: "startup process (PID 42) exited with exit code 1".
 */
export function hearLine(words: LastWords, line: PostgresLogLine, listening: Listening): LastWords {
  const pid = processOf(line.text);
  if (!listening.isAccepting && isAboutFiles(line)) return show(words, line.text);
  if (isLastWord(line)) {
    const isOfOne = listening.isAccepting && line.severity === 'FATAL' && pid !== undefined;
    const why = containsErrors.test(line.text) && !listening.isAccepting ? words.log : undefined;
    const told = why === undefined || words.shown.includes(why) ? words : show(words, why);
    if (!isOfOne || pid === listening.postmasterPid) return show(told, line.text);
    return { ...words, aside: [...words.aside, { pid, text: line.text }].slice(-mostAside) };
  }
  if (line.severity === 'LOG' && !listening.isAccepting)
    return { ...hearEnd(words, line, pid, listening), log: line.text };
  return hearEnd(words, line, pid, listening);
}

function hearEnd(words: LastWords, line: PostgresLogLine, pid: number | undefined, listening: Listening): LastWords {
  if (pid === undefined || pid !== listening.postmasterPid) return words;
  const ended = /\(PID (\d+)\)/.exec(line.text)?.[1];
  const said = words.aside.filter((one) => one.pid === Number(ended));
  if (said.length === 0) return words;
  const rest = words.aside.filter((one) => one.pid !== Number(ended));
  return said.reduce<LastWords>((so, { text }) => show(so, text), { ...words, aside: rest });
}

function show(words: LastWords, text: string): LastWords {
  return { ...words, shown: [...words.shown, text].slice(-mostShown) };
}

/** As the default log_line_prefix has it, "%m [%p] "; another one may not tell. */
function processOf(text: string): number | undefined {
  const pid = /^[^[]{0,64}\[(\d+)\]/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
