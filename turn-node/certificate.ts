import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RelayError } from './errors.ts';
import { tlsFiles } from './turnserver-conf.ts';

export interface Certificate {
  /** Tells one certificate from another. */
  fingerprint: string;
  expires: Date;
}

/**
 * Reads the certificate and checks that the key is its own: coturn would take any, and then serve none.
 *
 * @throws RelayError `certificate_unusable`
 */
export async function readCertificate(tlsDir: string): Promise<Certificate> {
  const files = tlsFiles(tlsDir);
  try {
    const [pem, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
    const certificate = new X509Certificate(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      throw new Error('tls.key is not the key of tls.crt.');
    }
    return { fingerprint: certificate.fingerprint256, expires: new Date(certificate.validTo) };
  } catch (error) {
    const why = error instanceof Error ? ` ${error.message}` : '';
    throw new RelayError('certificate_unusable', `The certificate in TLS_DIR cannot be used.${why}`, error);
  }
}
