/** What a session description (SDP, RFC 8866) says of Opus (RFC 7587). */
export type OpusParameters = Readonly<Record<'stereo' | 'usedtx', boolean>>;

/**
 * Asks who reads the description to send the sound of one media section so. `place` counts sections from 0; one that has no Opus stays as
 * it is.
 */
export function askForSound(sdp: string, place: number, wanted: OpusParameters): string {
  const [head = '', ...sections] = sdp.split(/^(?=m=)/m);
  const section = sections[place];
  const payloadType = section && /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!section || payloadType === undefined) return sdp;
  const line = new RegExp(`^a=fmtp:${payloadType} (.*?)(\\r?)$`, 'm');
  sections[place] = section.replace(line, (_, parameters: string, end: string) => {
    const others = parameters.split(';').filter(one => !/^(stereo|sprop-stereo|usedtx)=/.test(one.trim()));
    const asked = Object.entries(wanted).flatMap(([name, on]) => (on ? [`${name}=1`] : []));
    return `a=fmtp:${payloadType} ${[...others, ...asked].join(';')}${end}`;
  });
  return [head, ...sections].join('');
}
