// ⚡ The reasons to end early.

/** Rejects at the first of them, so that nothing is left behind. */
export function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new Error(`ended by ${signal}`)));
    }
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, reject);
  });
  // It may come before somebody waits for it.
  interrupted.catch(() => undefined);
  return interrupted;
}
