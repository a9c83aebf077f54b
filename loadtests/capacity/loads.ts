import type { NodeType } from './node-type.ts';
import type { Wishes } from './wishes.ts';

/** Size of packets of pictures without their headers, and how many of sound there are in a second. */
const pictureBytes = 1_150;
const soundPackets = 50;
/** IPv4, UDP, RTP, and the tag of SRTP with AES-GCM, in bytes. */
const headerBytes = 20 + 8 + 12 + 16;

/** Packets and bits that flow each second. */
export interface Flow {
  packets: number;
  bits: number;
}

/** What all rooms together ask for. */
export interface Loads {
  /** People of a room, on average. */
  roomSize: number;
  senders: number;
  /** Tracks that the SFUs send, all of them and of a room. */
  consumers: number;
  consumersPerRoom: number;
  /** What the SFUs send to people, and receive from them. */
  out: Flow;
  in: Flow;
  /** Cores that forward, and those that joins take while all come. */
  forwardingCores: number;
  joinCores: number;
  /** What a relayed person sends and receives. */
  perPerson: Flow;
}

/** Adds up what people send and receive. A person receives no more than the others of an average room send. */
export function loadsOf(wishes: Wishes, { sfu }: NodeType): Loads {
  const { people, rooms, joinSeconds } = wishes;
  const roomSize = people / rooms;
  const sendersPerRoom = Math.min(wishes.senders ?? roomSize, roomSize);
  const senders = sendersPerRoom * rooms;
  // Of those who send, each sees one less than who does not.
  const seenBy = (most: number) =>
    senders * Math.min(most, Math.max(0, sendersPerRoom - 1)) +
    (people - senders) * Math.min(most, sendersPerRoom);
  const pictures = seenBy(wishes.pictures);
  const sounds = seenBy(wishes.sounds);
  const out = sum(
    times(pictureFlow(wishes.pictureBits), pictures),
    times(soundFlow(wishes.soundBits), sounds),
  );
  const sent = sum(pictureFlow(wishes.sentPictureBits), soundFlow(wishes.soundBits));
  const consumers = pictures + sounds;
  const incoming = times(sent, senders);
  const joinMs = 2 * people * sfu.millisecondsPerTransport + consumers * sfu.millisecondsPerConsumer;
  return {
    roomSize,
    senders,
    consumers,
    consumersPerRoom: consumers / rooms,
    out,
    in: incoming,
    forwardingCores: (out.packets * sfu.microsecondsPerPacket) / 1e6,
    joinCores: joinMs / 1_000 / joinSeconds,
    perPerson: times(sum(out, incoming), 1 / people),
  };
}

function pictureFlow(bits: number): Flow {
  const packets = bits / 8 / pictureBytes;
  return { packets, bits: bits + packets * headerBytes * 8 };
}

function soundFlow(bits: number): Flow {
  return { packets: soundPackets, bits: bits + soundPackets * headerBytes * 8 };
}

const times = ({ packets, bits }: Flow, factor: number): Flow => ({
  packets: packets * factor,
  bits: bits * factor,
});
const sum = (one: Flow, other: Flow): Flow => ({
  packets: one.packets + other.packets,
  bits: one.bits + other.bits,
});
