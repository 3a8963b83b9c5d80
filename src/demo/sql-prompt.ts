// ⚡ A small prompt for SQL, on a terminal or from a pipe.
import { createInterface, type Interface } from 'node:readline';
import type { SqlSession } from './sql-session.ts';
import { splitSqlStatements } from './sql-statements.ts';

const help = 'A statement ends with a semicolon and may take several lines. \\q or Ctrl-D ends the prompt.\n';

interface Prompt {
  readonly session: SqlSession;
  readonly lines: Interface;
  readonly isTerminal: boolean;
  /** The statement that was begun and has no semicolon yet. */
  text: string;
  failed: boolean;
  lost: boolean;
}

/**
 * Reads statements until the input ends or a line says `\q`. The exit code is 1 if the connection was lost, or if a
 * statement from a pipe failed; an error does not keep the next statement from being run.
 */
export async function runSqlPrompt(session: SqlSession): Promise<number> {
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(isTerminal ? { output: process.stdout } : {}) });
  const prompt: Prompt = { session, lines, isTerminal, text: '', failed: false, lost: false };
  lines.on('SIGINT', () => clearInput(prompt));
  process.stdout.write(isTerminal ? help : '');
  showPrompt(prompt);
  for await (const line of lines) {
    const wantsMore = await takeLine(prompt, line);
    if (!wantsMore) {
      break;
    }
    showPrompt(prompt);
  }
  lines.close();
  return finish(prompt);
}

function showPrompt({ session, lines, isTerminal, text }: Prompt): void {
  if (isTerminal) {
    lines.setPrompt(`${session.database}${text === '' ? '=#' : '-#'} `);
    lines.prompt();
  }
}

/** Ctrl-C drops what was typed; when nothing was, it ends the prompt. */
function clearInput(prompt: Prompt): void {
  if (prompt.text === '' && prompt.lines.line === '') {
    prompt.lines.close();
    return;
  }
  prompt.text = '';
  prompt.lines.write(null, { ctrl: true, name: 'u' });
  process.stdout.write('\n');
  showPrompt(prompt);
}

async function takeLine(prompt: Prompt, line: string): Promise<boolean> {
  const command = prompt.text === '' ? line.trim() : '';
  if (command === '\\q' || command === 'quit' || command === 'exit') {
    return false;
  }
  if (command.startsWith('\\')) {
    process.stderr.write(`There is no ${command} here, only SQL and \\q. ${help}`);
    return true;
  }
  const { statements, rest } = splitSqlStatements(`${prompt.text}${line}\n`);
  prompt.text = rest;
  await runAll(prompt, statements);
  return !prompt.lost;
}

async function runAll(prompt: Prompt, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    const outcome = await prompt.session.run(statement);
    prompt.failed ||= outcome !== 'done';
    if (outcome === 'lost') {
      prompt.lost = true;
      return;
    }
  }
}

async function finish(prompt: Prompt): Promise<number> {
  if (!prompt.isTerminal && !prompt.lost && prompt.text !== '') {
    // The last statement of a pipe may come without its semicolon.
    await runAll(prompt, [prompt.text]);
  }
  if (prompt.lost) {
    process.stderr.write('The connection to PostgreSQL was lost. Start npm run sql again when it is back.\n');
    return 1;
  }
  process.stdout.write(prompt.isTerminal ? '\n' : '');
  return prompt.failed && !prompt.isTerminal ? 1 : 0;
}
