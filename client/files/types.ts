import type { ParticipantId, TransferId } from '@parley/protocol';

/** Why a file did not arrive. */
export type TransferFailure =
  /** The other side did not want it. */
  | 'declined'
  /** One of the two cancelled it. */
  | 'cancelled'
  | 'cancelledByOther'
  /** The other side cannot be told of it: they are gone or being reconnected, or their page is too old. */
  | 'unreachable'
  /** No direct way between the two networks was found. */
  | 'noPath'
  /** The other side left, or the way to them broke. */
  | 'lost'
  /** The file cannot be read any more, as it was changed, moved or deleted since it was offered. */
  | 'unreadable'
  /** What came is not what was offered. */
  | 'mismatch';

/** How far a file is. */
export type TransferState =
  /** Waits for the receiver's answer. */
  | { status: 'offered' }
  /** The receiver wants it. It waits for its turn, or a way is being looked for. */
  | { status: 'connecting' }
  /** `bytes` are there; `bytesPerSecond` is that of the last few seconds, undefined at first. */
  | { status: 'moving'; bytes: number; bytesPerSecond: number | undefined }
  /** `blob` is what was received, whose type says that it is to be saved, not shown; undefined for the sender. */
  | { status: 'done'; blob: Blob | undefined }
  | { status: 'failed'; reason: TransferFailure };

/** One file on its way from one person to another. */
export interface Transfer {
  id: TransferId;
  direction: 'send' | 'receive';
  /** The other side. */
  with: { id: ParticipantId; displayName: string };
  name: string;
  /** In bytes. */
  size: number;
  state: TransferState;
}

/** All files of a call, the oldest first. Immutable: a change makes a new one. */
export interface FilesSnapshot {
  transfers: readonly Transfer[];
}

/** Why a file was not offered or accepted. */
export type FileErrorCode =
  /** It is larger than `maxFileBytes`. Nothing of it was read or sent. */
  | 'too_large'
  /** Too many are on their way. */
  | 'limit_reached'
  /** Too much of what was received is still held; `dismiss` some. */
  | 'no_space'
  /** There is nobody to offer it to. */
  | 'nobody'
  /** All media goes through relays, by one's own wish; files go directly. */
  | 'relay_only'
  /** One is in no call. */
  | 'not_joined';

export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Files between participants. They go directly from one browser to the other; the server only hears that, not what. */
export interface Files {
  snapshot(): FilesSnapshot;
  /** Calls `listener` after changes of the snapshot, a few times a second while files move; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Offers a file to each of these. It is read once they accept. @throws FileError */
  offer(to: readonly ParticipantId[], file: File): TransferId[];
  /** Receives what was offered. @throws FileError `no_space`, `limit_reached`, `relay_only` */
  accept(id: TransferId): void;
  decline(id: TransferId): void;
  /** Ends what is on its way, on either side. */
  cancel(id: TransferId): void;
  /** Forgets a transfer that is over, and with it what was received. */
  dismiss(id: TransferId): void;
}
