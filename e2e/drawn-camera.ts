/** What somebody looks like whom the camera shows. */
export interface Look {
  wall: string;
  shirt: string;
  skin: string;
  hair: string;
}

/** Runs in the page: the camera shows a drawn person instead of Chromium's test pattern. */
export function drawCamera(look: Look): void {
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
