export { replicaEnv, secrets, startReplicaProcess, startSfu } from './processes.ts';
export { place, readyPlacement } from './rooms.ts';
export { opus } from './rtp.ts';
