export { ArrivalCount } from './arrivals.ts';
export {
  CameraFrames,
  cameraParameters,
  packetBytes,
  receivingCapabilities,
  type SendingCamera,
  sendCameras,
} from './camera.ts';
export { ControlClient } from './control-client.ts';
export { MediaPeer } from './peer.ts';
