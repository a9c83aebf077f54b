export { ArrivalCount } from './arrivals.ts';
export {
  CameraFrames,
  cameraParameters,
  packetBytes,
  receivingCapabilities,
  type SendingCamera,
  sendCameras,
} from './camera.ts';
export { type Clip, ownClips, readClip } from './content/index.ts';
export { ControlClient } from './control-client.ts';
export { Participant, type ParticipantOptions } from './participant.ts';
export { MediaPeer } from './peer.ts';
export { Player } from './playback.ts';
export { seeded } from './random.ts';
export { Rooms, RoomsError } from './rooms.ts';
export type { ReceivedStream } from './watching.ts';
