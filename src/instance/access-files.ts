import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isBearerToken } from '../http/bearer-token.ts';
import { describeError } from '../lib/errors.ts';
import { readLimitedFile } from '../lib/read-limited-file.ts';
import type { AccessFiles, AccessReading, ReadCertificate, Reading, ReadToken, Unusable } from './access-reading.ts';

const mostBytes = { pem: 256 * 1024, token: 4 * 1024 } as const;

/** Reads all that is asked for, and tries it. */
export function readAccessFiles({ tls, tokenFile }: AccessFiles): AccessReading {
  return {
    certificate: tls === undefined ? undefined : readCertificate(tls.certificateFile, tls.keyFile),
    token: tokenFile === undefined ? undefined : readToken(tokenFile),
  };
}

function readCertificate(certificateFile: string, keyFile: string): Reading<ReadCertificate> {
  const cert = readText(certificateFile, 'certificate file', mostBytes.pem);
  if (cert.kind === 'unusable') return cert;
  const key = readText(keyFile, 'key file', mostBytes.pem);
  if (key.kind === 'unusable') return key;
  const leaf = parsed(() => new X509Certificate(cert.value));
  if (leaf === undefined) return unusable(`The certificate file ${certificateFile} has no certificate in PEM format.`);
  const privateKey = parsed(() => createPrivateKey(key.value));
  if (privateKey === undefined) {
    return unusable(`The key file ${keyFile} has no private key in PEM format, or one with a passphrase.`);
  }
  const problem = tryTogether(leaf, privateKey, { cert: cert.value, key: key.value });
  if (problem !== undefined) {
    return unusable(`The key in ${keyFile} cannot be used with the certificate in ${certificateFile}: ${problem}.`);
  }
  return {
    kind: 'read',
    value: {
      cert: cert.value,
      key: key.value,
      file: certificateFile,
      validFromMs: leaf.validFromDate.getTime(),
      validUntilMs: leaf.validToDate.getTime(),
    },
  };
}

/** OpenSSL has the last word: it also refuses keys that are too weak, and a chain that is broken. */
function tryTogether(
  leaf: X509Certificate,
  privateKey: KeyObject,
  pair: { readonly cert: string; readonly key: string },
): string | undefined {
  if (!leaf.checkPrivateKey(privateKey)) return 'it belongs to another one';
  try {
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

function readToken(file: string): Reading<ReadToken> {
  const content = readText(file, 'token file', mostBytes.token);
  if (content.kind === 'unusable') return content;
  const token = content.value.trim();
  if (token === '') return unusable(`The token file ${file} is empty.`);
  if (!isBearerToken(token)) {
    return unusable(`The token file ${file} has more than one token of letters, digits and -._~+/=.`);
  }
  return { kind: 'read', value: { sha256: createHash('sha256').update(token).digest() } };
}

function readText(path: string, what: string, limitBytes: number): Reading<string> {
  const file = readLimitedFile(path, limitBytes);
  if (file.kind === 'read') return { kind: 'read', value: file.text };
  return unusable(`The ${what} ${path} cannot be read: ${file.cause}.`, file.code === 'EACCES');
}

function unusable(problem: string, isDenied = false): Unusable {
  return { kind: 'unusable', problem, isDenied };
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    // what OpenSSL says of a wrong file helps nobody
    return undefined;
  }
}
