import type { RunningManager } from '../../support/running-manager.ts';

/** A backend that computes and never waits for anything, so that it does not notice when its postmaster dies: its pid. */
export async function busyBackend(running: RunningManager, seconds: number): Promise<number> {
  const session = await running.client();
  await session.query(`CREATE OR REPLACE FUNCTION busy(seconds int) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE until timestamptz := clock_timestamp() + make_interval(secs => seconds);
    BEGIN WHILE clock_timestamp() < until LOOP END LOOP; END $$`);
  const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
  session.query(`SELECT busy(${seconds})`).catch(() => undefined);
  return Number(rows[0]?.pid);
}
