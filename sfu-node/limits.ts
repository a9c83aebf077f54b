/** What one SFU holds at most. Callers are told `too_large` or `unavailable` above it. */
export interface Limits {
  rooms: number;
  participantsPerRoom: number;
  /** Microphone, camera, screen and its sound, twice over for the moment in which a client replaces them. */
  producersPerParticipant: number;
  consumersPerParticipant: number;
  /** Other SFUs that it exchanges tracks with, in each direction, and tracks that it sends to one of them. */
  sfus: number;
  pipesPerSfu: number;
  /** Largest body of a control call, in bytes. */
  bodyBytes: number;
  /** What one participant may send, in bit/s: sound, a camera in three layers and a screen. */
  incomingBitrate: number;
  /** What a participant is sent until its bandwidth is known, in bit/s. */
  initialOutgoingBitrate: number;
  /** Between these lies what a caller who knows the participant's bandwidth may say instead, in bit/s. */
  leastInitialBitrate: number;
  mostInitialBitrate: number;
  /**
   * A client that does not say for so long that it still wants what it is sent is sent nothing more until it does, in seconds. Browsers say so every
   * 2 to 6 s (RFC 7675): two of these words may be lost.
   */
  consentSeconds: number;
}

export const defaultLimits: Limits = {
  rooms: 1_000,
  participantsPerRoom: 1_000,
  producersPerParticipant: 8,
  consumersPerParticipant: 1_000,
  sfus: 200,
  pipesPerSfu: 5_000,
  bodyBytes: 256 * 1024,
  incomingBitrate: 10_000_000,
  initialOutgoingBitrate: 1_000_000,
  leastInitialBitrate: 100_000,
  mostInitialBitrate: 20_000_000,
  consentSeconds: 15,
};
