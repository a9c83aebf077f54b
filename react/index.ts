export { CallProvider } from './CallProvider.tsx';
export { useCall, useSnapshot, useSpeakers } from './hooks.ts';
export { AudioOutput } from './sound/audioOutput.ts';
export { RoomAudio } from './sound/RoomAudio.tsx';
export { useStore } from './state/useStore.ts';
export { useView } from './video/useView.ts';
export { VideoView } from './video/VideoView.tsx';
