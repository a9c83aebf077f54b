import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findTool, locateTools, ToolOverrideError, ToolsMissingError } from './tools.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-tools-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = async (name: string, mode = 0o755) => {
  const file = join(folder, name);
  await writeFile(file, '');
  await chmod(file, mode);
  return file;
};

it('finds a program on the PATH, if it can be run', async () => {
  expect(findTool('turnserver', { PATH: folder })).toBeUndefined();
  const file = await program('turnserver');
  expect(findTool('turnserver', { PATH: `/nowhere:${folder}` })).toBe(file);
  await chmod(file, 0o644);
  expect(findTool('turnserver', { PATH: folder })).toBeUndefined();
});

it('takes the Kubernetes programs from KUBEBUILDER_ASSETS first', async () => {
  const kubectl = await program('kubectl');
  expect(findTool('kubectl', { KUBEBUILDER_ASSETS: folder, PATH: process.env.PATH })).toBe(kubectl);
});

it('refuses an override that names no program', async () => {
  const plain = await program('not-executable', 0o644);
  expect(() => findTool('mediasoupWorker', { MEDIASOUP_WORKER_BIN: plain })).toThrow(ToolOverrideError);
});

it('names all that is missing', () => {
  const env = { PATH: folder, TEST_ASSET_KUBE_APISERVER: '/bin/sh', MEDIASOUP_WORKER_BIN: '/bin/sh' };
  try {
    locateTools(env);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolsMissingError);
    expect(error).toHaveProperty('message', expect.stringContaining('redis-server, turnserver'));
    expect(error).toHaveProperty('message', expect.not.stringContaining('chromium,'));
  }
});
