// ⚡ The container engine.
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';

export interface Engine {
  /** Of everything that this run makes. */
  readonly label: string;
  /** A name that nothing has yet. */
  readonly name: () => string;
  /** What docker writes; throws what it complains about. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** Removes everything with the label. Nothing can be made from then on. */
  readonly close: () => Promise<void>;
}

export function openEngine(): Engine {
  const id = `pgim-bench-${randomUUID().slice(0, 8)}`;
  const label = `pg-instance-manager.bench=${id}`;
  const running = new Set<Promise<unknown>>();
  const held = { names: 0, hasAnswered: false, isClosing: false };

  async function docker(...args: readonly string[]): Promise<string> {
    if (held.isClosing) throw new Error('the bench ends');
    const one = callDocker(args);
    running.add(one);
    try {
      const answer = await one;
      held.hasAnswered = true;
      return answer;
    } finally {
      running.delete(one);
    }
  }

  async function close(): Promise<void> {
    held.isClosing = true;
    await Promise.allSettled(running);
    // No engine: nothing can have been made, and it need not be said twice.
    if (!held.hasAnswered) return;
    const containers = listed(await callDocker(['ps', '--all', '--quiet', `--filter=label=${label}`]));
    if (containers.length > 0) await callDocker(['rm', '--force', '--volumes', ...containers]);
    const volumes = listed(await callDocker(['volume', 'ls', '--quiet', `--filter=label=${label}`]));
    if (volumes.length > 0) await callDocker(['volume', 'rm', '--force', ...volumes]);
  }

  function name(): string {
    held.names += 1;
    return `${id}-${held.names}`;
  }

  return { label, name, docker, close };
}

async function callDocker(args: readonly string[]): Promise<string> {
  // Of its own session: a Ctrl-C is for the bench alone, which then ends everything in order.
  const options = { stdin: 'ignore', detached: true, cleanup: false, reject: false } as const;
  const { failed, stdout, stderr, shortMessage } = await execa('docker', [...args], options);
  if (failed) throw new Error(`docker ${args[0]} failed: ${stderr === '' ? shortMessage : stderr}`);
  return stdout;
}

function listed(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
