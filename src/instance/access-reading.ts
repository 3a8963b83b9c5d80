import type { Certificate } from '../http/face-access.ts';

/** Files that say how one gets at the addresses; undefined: not asked for. */
export interface AccessFiles {
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  readonly tokenFile: string | undefined;
}

/** A certificate with its key, and what is to be known of it. */
export interface ReadCertificate extends Certificate {
  readonly file: string;
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/** Of the token only a hash is kept. */
export interface ReadToken {
  readonly sha256: Buffer;
}

/** `problem` is one sentence, without anything of the content. `isDenied`: another user could read it. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly problem: string;
  readonly isDenied: boolean;
}

export type Reading<T> = { readonly kind: 'read'; readonly value: T } | Unusable;

/** What the files said; undefined: not asked for. */
export interface AccessReading {
  readonly certificate: Reading<ReadCertificate> | undefined;
  readonly token: Reading<ReadToken> | undefined;
}
