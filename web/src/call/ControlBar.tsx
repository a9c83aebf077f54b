import CallEndIcon from '@mui/icons-material/CallEnd';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { MediaSource } from '@parley/protocol';
import { Fragment, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ChatButton } from '../chat/ChatButton.tsx';
import { CaptureButton } from '../devices/CaptureButton.tsx';
import { ScreenShare } from '../devices/screenShare.ts';
import { FilesButton } from '../files/FilesButton.tsx';
import { LanguageButton } from '../i18n/LanguageButton.tsx';
import { PeopleButton } from '../people/PeopleButton.tsx';
import { StatsButton } from '../quality/StatsButton.tsx';
import { HandButton } from '../reactions/HandButton.tsx';
import { ReactionsButton } from '../reactions/ReactionsButton.tsx';
import { useTalkKey } from '../shortcuts/useTalkKey.ts';
import { StageItems } from '../stage/StageItems.tsx';
import { useSize } from '../stage/useSize.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { CopyLinkButton } from './CopyLinkButton.tsx';
import { controlsInBar, placesIn } from './controlFit.ts';
import { DevicesButton } from './DevicesButton.tsx';
import { HostButton } from './HostButton.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import { mayPublish } from './rights.ts';
import { ScreenButton } from './ScreenButton.tsx';
import { useCall, useSession } from './sessionContext.ts';

interface Control {
  id: string;
  /** Which stand together. */
  group: 'media' | 'people' | 'meeting';
  /** Those of a low rank stay in the bar where it is narrow; the others go into "More". */
  rank: number;
  shown: boolean;
  /** Draws a `RoundButton`. */
  node: ReactNode;
}

const groups = ['media', 'people', 'meeting'] as const;

/** What one can do in a call. */
export function ControlBar() {
  const { t } = useTranslation('stage');
  const { call } = useSession();
  const snapshot = useCall();
  const bar = useRef<HTMLElement>(null);
  const { width } = useSize(bar);
  const may = (source: MediaSource) => mayPublish(snapshot, source);
  const watches = snapshot.self?.rights.publish.length === 0;
  useTalkKey(!watches && may('microphone'));
  const alone = snapshot.participants.length === 0;

  const all: Control[] = [
    {
      id: 'microphone',
      group: 'media',
      rank: 0,
      shown: !watches,
      node: <CaptureButton kind="microphone" disabled={!may('microphone')} />,
    },
    {
      id: 'camera',
      group: 'media',
      rank: 1,
      shown: !watches,
      node: <CaptureButton kind="camera" disabled={!may('camera')} />,
    },
    {
      id: 'screen',
      group: 'media',
      rank: 4,
      shown: may('screen') && ScreenShare.supported,
      node: <ScreenButton />,
    },
    { id: 'chat', group: 'people', rank: 2, shown: true, node: <ChatButton /> },
    { id: 'hand', group: 'people', rank: 3, shown: true, node: <HandButton /> },
    { id: 'people', group: 'people', rank: 5, shown: true, node: <PeopleButton /> },
    { id: 'reactions', group: 'people', rank: 6, shown: true, node: <ReactionsButton /> },
    {
      id: 'files',
      group: 'people',
      rank: 8.5,
      shown: snapshot.room?.direct ?? false,
      node: <FilesButton />,
    },
    {
      id: 'host',
      group: 'meeting',
      rank: 7,
      shown: snapshot.self?.rights.moderate ?? false,
      node: <HostButton />,
    },
    // Who is alone looks for it.
    { id: 'copyLink', group: 'meeting', rank: alone ? 2.5 : 8, shown: true, node: <CopyLinkButton /> },
    { id: 'devices', group: 'meeting', rank: 9, shown: true, node: <DevicesButton /> },
  ];
  const controls = all.filter(({ shown }) => shown);
  const inBar = controlsInBar(controls, placesIn(width));

  return (
    <Box component="footer" ref={bar}>
      <Box
        role="group"
        aria-label={t('controls')}
        sx={{
          display: 'flex',
          justifyContent: 'center',
          gap: '7px 18px',
          px: 1,
          pt: 1.25,
          pb: 'calc(12px + env(safe-area-inset-bottom))',
          columnGap: { xs: '7px', sm: '22px' },
        }}
      >
        {groups.map(group => (
          <Group key={group}>
            {group === 'media' && watches && (
              <Typography sx={{ alignSelf: 'center', fontSize: 14, color: 'text.secondary' }}>
                {t('watching')}
              </Typography>
            )}
            {controls
              .filter(control => control.group === group && inBar.has(control.id))
              .map(({ id, node }) => (
                <Fragment key={id}>{node}</Fragment>
              ))}
            {group === 'meeting' && (
              <MoreMenu>
                {controls
                  .filter(({ id }) => !inBar.has(id))
                  .map(({ id, node }) => (
                    <Fragment key={id}>{node}</Fragment>
                  ))}
                {/* What is needed seldom: one RoundButton each. */}
                <StageItems />
                <StatsButton />
                <LanguageButton />
              </MoreMenu>
            )}
          </Group>
        ))}
        <RoundButton
          label={t('leave')}
          tone="danger"
          wide
          onClick={() => void call.leave().catch(() => undefined)}
        >
          <CallEndIcon />
        </RoundButton>
      </Box>
    </Box>
  );
}

function Group({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ display: 'flex', gap: { xs: '7px', sm: '10px' }, '&:empty': { display: 'none' } }}>
      {children}
    </Box>
  );
}
