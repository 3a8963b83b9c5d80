/** What became of asking the server. Any answer of its own but "not now" (57P03) means that it takes connections. */
export type ServerAnswer =
  | { readonly kind: 'accepting'; readonly session: SessionFacts }
  /** It answers, but not with a session for the manager. */
  | { readonly kind: 'refused-login'; readonly sqlState: string; readonly message: string }
  | { readonly kind: 'full'; readonly message: string }
  | { readonly kind: 'rejecting'; readonly message: string }
  | { readonly kind: 'silent'; readonly message: string };

/** What a session of the manager sees. */
export interface SessionFacts {
  readonly inRecovery: boolean;
  /** The sha256 of the settings that this session has in force. */
  readonly settingsSha256: string | undefined;
  /** Moves with each reload that changed something. */
  readonly configurationLoadedAt: string;
  readonly serverVersion: string;
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const sqlState = {
  cannotConnectNow: '57P03',
  tooManyConnections: '53300',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  unknownDatabase: '3D000',
} as const;

/** An error while connecting or asking, as an answer. `code` is a SQLSTATE or Node's (ECONNREFUSED). */
export function answerFromError(
  code: string | undefined,
  message: string,
): Exclude<ServerAnswer, { kind: 'accepting' }> {
  switch (code) {
    case sqlState.cannotConnectNow:
      return { kind: 'rejecting', message };
    case sqlState.tooManyConnections:
      return { kind: 'full', message };
    case sqlState.invalidAuthorization:
    case sqlState.invalidPassword:
    case sqlState.unknownDatabase:
      return { kind: 'refused-login', sqlState: code, message };
    default:
      break;
  }
  // node-postgres has no code for "the server wants a password and there is none"
  if (message.includes('password must be a string')) {
    return {
      kind: 'refused-login',
      sqlState: sqlState.invalidPassword,
      message: 'the server asks for a password',
    };
  }
  // Another word of the server itself: it lives and takes connections, only this one went wrong.
  if (code !== undefined && isSqlState(code) && !endsTheSession(code)) {
    return { kind: 'refused-login', sqlState: code, message };
  }
  return { kind: 'silent', message };
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /^[0-9]|^(F0|HV|P0|XX)/.test(code);
}

/** A session that was there and is no longer, as opposed to a server that does not answer. */
export function isBrokenSession(code: string | undefined, message: string): boolean {
  return code === '57P01' || code === 'ECONNRESET' || code === 'EPIPE' || message.includes('Connection terminated');
}

/** Class 57P: the server ends sessions, in a shutdown or after a crash. Class 08: the connection broke. */
function endsTheSession(code: string): boolean {
  return code.startsWith('57P') || code.startsWith('08');
}
