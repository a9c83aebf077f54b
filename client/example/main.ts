/** Joins a room, shows the others, sends camera and microphone, and leaves. */
import { type Call, createCall, type RemoteParticipant } from '@parley/client';

const find = <E extends HTMLElement>(selector: string) => document.querySelector(selector) as E;
const door = find<HTMLFormElement>('#door');
const leave = find<HTMLButtonElement>('#leave');
const videos = new Map<string, HTMLVideoElement>();

door.addEventListener('submit', event => {
  event.preventDefault();
  const { room, displayName } = Object.fromEntries(new FormData(door)) as Record<string, string>;
  const call = createCall(); // of the page's own origin; or createCall({ url: 'https://meet.example.org' })
  call.subscribe(() => show(call));
  leave.onclick = () => call.leave();
  call.join({ room: room ?? '', displayName: displayName ?? '' }).catch(() => {}); // The state says why not.
  // At the same time: what is published before one is in is sent as soon as one is.
  publish(call).catch(error => console.warn(error.message));
});

async function publish(call: Call): Promise<void> {
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const [microphone, camera] = [...own.getAudioTracks(), ...own.getVideoTracks()];
  if (!microphone || !camera) return;
  call.subscribe(() => {
    if (call.snapshot().state.status !== 'ended') return;
    for (const track of own.getTracks()) track.stop(); // Tracks stay one's own: the camera's light goes out.
  });
  await Promise.all([call.publish('microphone', microphone), call.publish('camera', camera)]);
}

/** Draws the call's snapshot: a new one comes with every change. */
function show(call: Call): void {
  const { state, participants } = call.snapshot();
  const problem = state.status === 'refused' ? state.error : state.status === 'joining' && state.reason;
  find('#state').textContent =
    state.status === 'ended' ? state.message : problem ? problem.message : state.status;
  leave.hidden = state.status !== 'joined' && state.status !== 'reconnecting';
  for (const participant of participants) play(participant);
  for (const [id, video] of videos) {
    if (participants.some(participant => participant.id === id)) continue;
    video.remove();
    videos.delete(id);
  }
}

function play({ id, displayName, media }: RemoteParticipant): void {
  const video = videos.get(id) ?? document.createElement('video');
  if (!videos.has(id)) {
    Object.assign(video, { autoplay: true, playsInline: true, title: displayName });
    videos.set(id, video);
    find('#people').append(video);
  }
  const wanted = [media.camera?.track, media.microphone?.track].filter(track => track !== undefined);
  const playing = video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : [];
  if (wanted.length !== playing.length || wanted.some(track => !playing.includes(track))) {
    video.srcObject = new MediaStream(wanted);
  }
}
