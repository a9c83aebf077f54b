/** `npx node e2e/screenshot.ts` takes the README's picture of a call, between real browsers on a cluster of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack } from '@parley/local';
import { launchBrowser } from './browser.ts';
import { kubectl, roomManifest } from './kubectl.ts';
import { Person } from './person.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const cast = [
  { name: 'Ada', wall: '#2f4858', shirt: '#f6ae2d', skin: '#e8b98f', hair: '#3b2417' },
  { name: 'Grace', wall: '#5b3758', shirt: '#33a1a1', skin: '#b97f57', hair: '#1c1413' },
  { name: 'Joan', wall: '#33523d', shirt: '#d1495b', skin: '#f1cdb0', hair: '#a2662f' },
  { name: 'Radia', wall: '#4a4063', shirt: '#7fb069', skin: '#8d5a3b', hair: '#0f0c0b' },
] as const;

await using cleanup = new AsyncDisposableStack();
const dir = await mkdtemp(join(tmpdir(), 'parley-screenshot-'));
cleanup.defer(() => rm(dir, { recursive: true, force: true }));
const stack = await startStack({ dir, entrancePort: 0, progress: step => console.log(step) });
cleanup.defer(() => stack.stop());
const kube = kubectl(stack.kubeconfig);
await kube.apply(roomManifest('standup', { displayName: 'Daily stand-up' }));
await kube('wait', 'room/standup', '--for=condition=Ready', '--timeout=20s');

const browser = await launchBrowser();
cleanup.defer(() => browser.close());
const people: Person[] = [];
for (const { name, ...look } of cast) {
  people.push(
    await Person.join(browser, {
      webUrl: stack.webUrl,
      room: 'standup',
      name,
      prepare: page => page.addInitScript(drawCamera, look),
    }),
  );
}
const [first, , third] = people;
await first?.page.setViewportSize({ width: 1280, height: 760 });
await first?.page.mouse.move(640, 20);
await first?.seesAndHears(cast.length - 1);
await third?.page.getByRole('button', { name: 'Mute microphone' }).click();
await first?.page
  .locator('[data-testid=tile][aria-label=Joan]')
  .getByRole('img', { name: 'muted' })
  .waitFor();
await mkdir(folder, { recursive: true });
await first?.page.screenshot({ path: join(folder, 'call.png') });
console.log(`Written to ${folder}`);

/** Runs in the page: the camera shows a drawn person instead of Chromium's test pattern. */
function drawCamera(look: { wall: string; shirt: string; skin: string; hair: string }) {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const paint = canvas.getContext('2d');
  const ellipse = (x: number, y: number, width: number, height: number, fill: string) => {
    if (!paint) return;
    paint.fillStyle = fill;
    paint.beginPath();
    paint.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    paint.fill();
  };
  const draw = () => {
    if (!paint) return;
    const sway = Math.sin(performance.now() / 700) * 12;
    const light = paint.createLinearGradient(0, 0, 1280, 720);
    light.addColorStop(0, '#ffffff30');
    light.addColorStop(1, '#00000060');
    paint.fillStyle = look.wall;
    paint.fillRect(0, 0, 1280, 720);
    paint.fillStyle = light;
    paint.fillRect(0, 0, 1280, 720);
    ellipse(640 + sway / 2, 800, 330, 290, look.shirt);
    ellipse(640 + sway, 300, 172, 196, look.hair);
    ellipse(640 + sway, 520, 62, 90, look.skin);
    ellipse(640 + sway, 350, 132, 168, look.skin);
    ellipse(640 + sway, 214, 150, 74, look.hair);
    ellipse(592 + sway, 346, 11, 13, '#20160f');
    ellipse(688 + sway, 346, 11, 13, '#20160f');
    ellipse(640 + sway, 438, 40, 12 + Math.abs(sway) / 3, '#8c3b3b');
  };
  draw();
  setInterval(draw, 50);
  const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async constraints => {
    const stream = await native(constraints);
    const [camera] = stream.getVideoTracks();
    const [drawn] = canvas.captureStream(20).getVideoTracks();
    if (!camera || !drawn) return stream;
    const settings = camera.getSettings();
    drawn.getSettings = () => ({ ...settings, width: 1280, height: 720 });
    camera.stop();
    return new MediaStream([...stream.getAudioTracks(), drawn]);
  };
}
