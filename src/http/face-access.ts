/** What TLS needs: both in PEM, the certificate with its chain. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How one gets at the addresses; undefined: everybody, in plain text. */
export interface FaceAccess {
  readonly tls: FaceCertificates | undefined;
  /** For `/status` and `/metrics`: whether this token is the one. */
  readonly acceptsToken: ((token: string) => boolean) | undefined;
}

export interface FaceCertificates {
  /** Undefined: there is none that can be used, so that nobody can be answered. */
  readonly current: () => Certificate | undefined;
  /** Called with each one that comes later. */
  readonly onChange: (listener: (certificate: Certificate) => void) => void;
}
