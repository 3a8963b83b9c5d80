// ⚡ The first session over the unix socket.
import pg from 'pg';
import { untilItWorks } from './until-it-works.ts';

/** Opens a session over a unix socket; throws at once when that does not work. */
export async function openSession(socketDirectory: string, database = 'postgres'): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, port: 5432, user: 'postgres', database });
  // A server that stops under an open session is part of what is measured.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Tries without rest until a session is open. `mustRun` throws when there is nothing left to wait for. */
export async function untilAccepting(
  socketDirectory: string,
  mustRun: () => void,
): Promise<{ readonly client: pg.Client; readonly atMs: number }> {
  const what = `no connection over ${socketDirectory}`;
  const patience = { what, patienceMs: 30_000, pauseMs: 1, mustRun };
  const { result: client, atMs } = await untilItWorks(() => openSession(socketDirectory), patience);
  return { client, atMs };
}
