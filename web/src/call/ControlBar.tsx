import CallEndIcon from '@mui/icons-material/CallEnd';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { MediaSource } from '@parley/protocol';
import { ChatButton } from '../chat/ChatButton.tsx';
import { CaptureButton } from '../devices/CaptureButton.tsx';
import { RoundButton } from '../theme/RoundButton.tsx';
import { CopyLinkButton } from './CopyLinkButton.tsx';
import { DevicesButton } from './DevicesButton.tsx';
import { HostButton } from './HostButton.tsx';
import { mayPublish } from './rights.ts';
import { ScreenButton } from './ScreenButton.tsx';
import { useCall, useSession } from './sessionContext.ts';

interface Props {
  chatOpen: boolean;
  onChat: () => void;
}

/** What one can do in a call. */
export function ControlBar({ chatOpen, onChat }: Props) {
  const { call } = useSession();
  const snapshot = useCall();
  const may = (source: MediaSource) => mayPublish(snapshot, source);
  const watches = snapshot.self?.rights.publish.length === 0;
  return (
    <Box component="footer">
      <Box
        role="group"
        aria-label="Call controls"
        sx={{
          display: 'flex',
          justifyContent: 'center',
          gap: { xs: 0.9, sm: 1.5 },
          px: 1,
          pt: 1.25,
          pb: 'calc(12px + env(safe-area-inset-bottom))',
        }}
      >
        {watches ? (
          <Typography sx={{ alignSelf: 'center', fontSize: 14, color: 'text.secondary' }}>
            You are watching
          </Typography>
        ) : (
          <>
            <CaptureButton kind="microphone" disabled={!may('microphone')} />
            <CaptureButton kind="camera" disabled={!may('camera')} />
          </>
        )}
        {may('screen') && <ScreenButton />}
        <ChatButton open={chatOpen} onToggle={onChat} />
        {snapshot.self?.rights.moderate && <HostButton />}
        <DevicesButton />
        <CopyLinkButton />
        <RoundButton
          label="Leave"
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
