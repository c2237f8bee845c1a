import { execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DtlsParameters } from '#protocol/rtp.ts';
import type { SrtpKeys } from './SrtpSender.ts';

/** Debian's package `openssl`; macOS's own LibreSSL exports no keys. */
const OPENSSL = process.env['OPENSSL_PATH'] ?? 'openssl';
const HANDSHAKE_MS = 15_000;
/** AEAD_AES_128_GCM: two keys of 16 bytes, then two salts of 12 (RFC 5764, RFC 7714). */
const KEYING_BYTES = 56;

export interface Certificate {
  folder: string;
  dtls: DtlsParameters;
  forget(): void;
}

export function newCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'coview-bench-'));
  const curve = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=bench',
  ];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync(OPENSSL, ['req', '-x509', ...curve, ...files], { stdio: 'ignore' });
  const { fingerprint256 } = new X509Certificate(readFileSync(join(folder, 'cert.pem')));
  return {
    folder,
    dtls: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: fingerprint256 }] },
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * A DTLS-SRTP handshake as client, made by OpenSSL's own program (Node has no DTLS), which talks to `port` of this
 * machine. The program is ended without a farewell afterwards, so the other side keeps the association.
 */
export function handshake(port: number, { folder }: Certificate): Promise<SrtpKeys> {
  const child = spawn(
    OPENSSL,
    [
      ...['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`],
      ...['-cert', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')],
      ...['-use_srtp', 'SRTP_AEAD_AES_128_GCM'],
      ...['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', String(KEYING_BYTES)],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  let output = '';
  return new Promise<SrtpKeys>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no DTLS handshake:\n${output}`)), HANDSHAKE_MS);
    child.once('error', reject);
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const hex = /Keying material: ([0-9A-F]+)/.exec(output)?.[1];
      if (!hex) return;
      clearTimeout(timer);
      const bytes = Buffer.from(hex, 'hex');
      resolve({ key: bytes.subarray(0, 16), salt: bytes.subarray(32, 44) });
    });
  }).finally(() => child.kill('SIGKILL'));
}
