import { useOwnMedia, useParticipants } from '../hooks.ts';
import { ParticipantVideo } from '../video/ParticipantVideo.tsx';
import { useWords } from '../words/WordsProvider.tsx';
import { ParticipantTile } from './ParticipantTile.tsx';
import { SelfTile } from './SelfTile.tsx';

/** Everybody, and above them the screens that are shared. */
export function Gallery() {
  const participants = useParticipants();
  const words = useWords();
  return (
    <div className="parley-gallery">
      <Screens />
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes a list without bullets for none */}
      <ul className="parley-tiles" role="list" aria-label={words.participants}>
        <SelfTile />
        {participants.map(participant => (
          <ParticipantTile key={participant.id} participant={participant} />
        ))}
      </ul>
    </div>
  );
}

function Screens() {
  const words = useWords();
  const { own } = useOwnMedia('screen');
  const shared = useParticipants().flatMap(({ id, displayName, media }) => {
    const track = media.screen?.paused ? undefined : media.screen?.track;
    return track ? [{ id, displayName, track }] : [];
  });
  return (
    <>
      {shared.map(({ id, displayName, track }) => (
        <section key={id} className="parley-screen" aria-label={words.screenOf(displayName)}>
          <ParticipantVideo track={track} participantId={id} source="screen" whole />
        </section>
      ))}
      {own.status === 'on' && (
        <section className="parley-screen" aria-label={words.yourScreen}>
          <ParticipantVideo track={own.track} whole />
        </section>
      )}
    </>
  );
}
