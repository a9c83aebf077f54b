import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import CallEndIcon from '@mui/icons-material/CallEnd';
import Box from '@mui/material/Box';
import type { ParticipantId } from '@parley/protocol';
import { VideoView } from '@parley/react';
import { useEffect, useMemo } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { InitialsAvatar } from '../call/InitialsAvatar.tsx';
import type { Person } from '../call/people.ts';
import { mayPublish } from '../call/rights.ts';
import { useCall, useSession } from '../call/sessionContext.ts';
import { CaptureButton } from '../devices/CaptureButton.tsx';
import { useStore } from '../state/useStore.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { Plate } from './Plate.tsx';
import { closePictureInPicture, pictureInPicture } from './pictureInPicture.ts';

interface Props {
  /** Whom to look at. */
  person: Person | undefined;
  /** Whether pictures are wanted at all. */
  pictures: boolean;
  /** Whether the page shows that person, too. */
  onStage: boolean;
}

/** The call in a window that lies over all others: who speaks, mute and leave. */
export function PictureInPictureView({ person, pictures, onStage }: Props) {
  const open = useStore(pictureInPicture);
  useEffect(() => closePictureInPicture, []);
  useSeen(open !== undefined && pictures && person && !person.mine ? person.id : undefined, onStage);
  if (open?.kind !== 'window') return null;
  return createPortal(
    <Content person={person} pictures={pictures} window={open.window} />,
    open.window.document.body,
  );
}

function Content({ person, pictures, window }: Omit<Props, 'onStage'> & { window: Window }) {
  const { t } = useTranslation('stage');
  const { call } = useSession();
  const snapshot = useCall();
  // Its styles belong into its own document.
  const cache = useMemo(() => createCache({ key: 'pip', container: window.document.head }), [window]);
  const video = pictures ? person?.video : undefined;
  return (
    <CacheProvider value={cache}>
      <Box
        sx={{
          position: 'relative',
          height: '100vh',
          display: 'grid',
          placeItems: 'center',
          overflow: 'hidden',
          bgcolor: 'background.default',
          color: 'text.primary',
          font: '14px system-ui, sans-serif',
        }}
      >
        {video ? <VideoView track={video} /> : person && <InitialsAvatar name={person.name} size={88} />}
        {person && (
          <Plate small={false}>
            <bdi>{person.name}</bdi>
          </Plate>
        )}
        <Box sx={{ position: 'absolute', insetInlineEnd: 8, bottom: 8, display: 'flex', gap: 1 }}>
          {mayPublish(snapshot, 'microphone') && <CaptureButton kind="microphone" />}
          <RoundButton
            label={t('leave')}
            tone="danger"
            onClick={() => void call.leave().catch(() => undefined)}
          >
            <CallEndIcon />
          </RoundButton>
        </Box>
      </Box>
    </CacheProvider>
  );
}

/** The picture of somebody is seen, whatever the page below shows. */
function useSeen(participantId: ParticipantId | undefined, onStage: boolean): void {
  const { call } = useSession();
  // After each drawing, as the stage may have said otherwise; and when the page is hidden, last of all.
  useEffect(() => {
    if (!participantId) return;
    const picture = { participantId, source: 'camera' } as const;
    const isShownHere = () => onStage && document.visibilityState === 'visible';
    const say = () => {
      if (!isShownHere()) queueMicrotask(() => call.view(picture, { width: 360, height: 240 }));
    };
    say();
    document.addEventListener('visibilitychange', say);
    return () => {
      document.removeEventListener('visibilitychange', say);
      if (!isShownHere()) call.view(picture, 'hidden');
    };
  });
}
