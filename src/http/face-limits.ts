/**
 * What a client of the endpoints may cost. Nothing that is asked here needs more than a line and some headers, and none of it
 * takes long to answer, but for the commands of the control socket.
 */
export const faceLimits = {
  connections: 256,
  /** Room for a flood that comes faster than it is taken up: who finds none tries again a second later, too late for a probe. */
  backlog: 4096,
  headerBytes: 8 * 1024,
  /** From the connection, or the end of the answer before, to the end of the headers; with TLS the handshake as well. */
  requestMs: 5_000,
  /** How often Node looks for those that are late. */
  checkMs: 2_000,
  /** Until the client has taken all of the answer. */
  answerMs: 10_000,
  idleMs: 15_000,
  /** Commands that wait for their end at the same time. */
  commands: 64,
} as const;
