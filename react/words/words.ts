/** Every word that the components say or a screen reader says of them. */
export interface Words {
  participants: string;
  /** Of oneself, after the name. */
  you: string;
  microphoneOff: string;
  connectionLost: string;
  screenOf: (name: string) => string;
  yourScreen: string;

  controls: string;
  mute: string;
  unmute: string;
  cameraOff: string;
  cameraOn: string;
  shareScreen: string;
  stopSharing: string;
  openChat: string;
  closeChat: string;
  leave: string;
  soundOn: string;

  chat: string;
  messages: string;
  earlier: string;
  nobodyWrote: string;
  message: string;
  send: string;
  sending: string;
  notSent: (reason: string) => string;
  sendAgain: string;
  discard: string;

  join: string;
  joinAgain: string;
  yourName: string;
  joinWithMicrophone: string;
  joinWithCamera: string;
  joining: string;
  /** A join that failed and is tried again. */
  stillJoining: (reason: string) => string;
  inLobby: string;
  reconnecting: string;
  cancel: string;
  /** Title of what says why one cannot get in. */
  refused: string;
  /** Why, by the code of the refusal. What stands here for none is said in the server's own (English) words. */
  refusals: Partial<Record<string, string>>;
  /** How the call ended, by its reason; else in the server's own words. */
  endings: Partial<Record<string, string>>;

  /** What is wrong with a device, and what to do. */
  problems: Record<
    'microphone' | 'camera' | 'screen',
    Record<'denied' | 'missing' | 'busy' | 'unsupported' | 'failed', string>
  >;
}

const device = (name: string) => ({
  denied: `Your ${name} is blocked. Allow it for this site in your browser's address bar, then turn it on again.`,
  missing: `No ${name} was found. Plug one in, then turn it on.`,
  busy: `Your ${name} cannot be started. Close other programs that use it, then turn it on again.`,
  unsupported: `This page cannot use your ${name}: browsers allow that on https:// addresses and localhost only.`,
  failed: `Your ${name} did not start. Turn it on again.`,
});

export const english: Words = {
  participants: 'Participants',
  you: 'you',
  microphoneOff: 'Microphone off',
  connectionLost: 'Connection lost',
  screenOf: name => `Screen of ${name}`,
  yourScreen: 'Your screen',

  controls: 'Call controls',
  mute: 'Mute microphone',
  unmute: 'Unmute microphone',
  cameraOff: 'Turn camera off',
  cameraOn: 'Turn camera on',
  shareScreen: 'Share screen',
  stopSharing: 'Stop sharing',
  openChat: 'Open chat',
  closeChat: 'Close chat',
  leave: 'Leave',
  soundOn: 'Turn sound on',

  chat: 'Chat',
  messages: 'Messages',
  earlier: 'Show earlier messages',
  nobodyWrote: 'Nobody has written yet.',
  message: 'Message to everyone',
  send: 'Send',
  sending: 'Sending…',
  notSent: reason => `Not sent: ${reason}`,
  sendAgain: 'Send again',
  discard: 'Discard',

  join: 'Join',
  joinAgain: 'Join again',
  yourName: 'Your name',
  joinWithMicrophone: 'Microphone on',
  joinWithCamera: 'Camera on',
  joining: 'Joining…',
  stillJoining: reason => `Still trying to join. ${reason}`,
  inLobby: 'You are in the lobby. Somebody will let you in.',
  reconnecting: 'The connection is being restored…',
  cancel: 'Cancel',
  refused: 'You could not join',
  refusals: {},
  endings: {},

  problems: { microphone: device('microphone'), camera: device('camera'), screen: device('screen') },
};
