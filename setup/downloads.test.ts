import { expect, it } from 'vitest';
import { helmArchive, sha256Of } from './helm/install.ts';
import { envtestArchive, publishedHash } from './kube-apiserver/install.ts';
import { prebuiltArchive } from './mediasoup-worker/install.ts';
import { envtestVersion, helmVersion } from './versions.ts';

it('names the archives as their publishers do', () => {
  const linux = { platform: 'linux', arch: 'x64', hasApt: true, debian: undefined, root: 'no' } as const;
  expect(prebuiltArchive('3.27.1', linux, '6.1.0-18-amd64')).toBe(
    'mediasoup-worker-3.27.1-linux-x64-kernel6.tgz',
  );
  const mac = { ...linux, platform: 'darwin', arch: 'arm64' };
  expect(prebuiltArchive('3.27.1', mac, '23.1.0')).toBe('mediasoup-worker-3.27.1-darwin-arm64.tgz');
  expect(envtestArchive('linux', 'x64')).toBe(`envtest-v${envtestVersion}-linux-amd64.tar.gz`);
  expect(envtestArchive('darwin', 'arm64')).toBe(`envtest-v${envtestVersion}-darwin-arm64.tar.gz`);
  expect(helmArchive('linux', 'x64')).toBe(`helm-v${helmVersion}-linux-amd64.tar.gz`);
});

it('reads the published hash of exactly one archive', () => {
  const [ours, other] = ['a'.repeat(128), 'b'.repeat(128)];
  const list = `releases:
  v1.35.0:
    envtest-v1.35.0-linux-arm64.tar.gz:
      hash: ${other}
      selfLink: https://example.com/envtest-v1.35.0-linux-arm64.tar.gz
    envtest-v1.35.0-linux-amd64.tar.gz:
      hash: ${ours}
      selfLink: https://example.com/envtest-v1.35.0-linux-amd64.tar.gz
`;
  expect(publishedHash(list, 'envtest-v1.35.0-linux-amd64.tar.gz')).toBe(ours);
  expect(publishedHash(list, 'envtest-v1.35.0-linux-s390x.tar.gz')).toBeUndefined();
});

it('takes a SHA-256 only if it is of the archive that is asked for', () => {
  const hash = 'c'.repeat(64);
  expect(sha256Of(`${hash}  helm-v3.17.3-linux-arm64.tar.gz\n`, 'helm-v3.17.3-linux-arm64.tar.gz')).toBe(
    hash,
  );
  expect(sha256Of(`${hash}  other.tar.gz\n`, 'helm-v3.17.3-linux-arm64.tar.gz')).toBeUndefined();
  expect(sha256Of('<html>', 'helm-v3.17.3-linux-arm64.tar.gz')).toBeUndefined();
});
