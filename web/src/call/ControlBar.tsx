import CallEndIcon from '@mui/icons-material/CallEnd';
import Box from '@mui/material/Box';
import { CaptureButton } from '../devices/CaptureButton.tsx';
import { RoundButton } from '../theme/RoundButton.tsx';
import { CopyLinkButton } from './CopyLinkButton.tsx';
import { DevicesButton } from './DevicesButton.tsx';
import { ScreenButton } from './ScreenButton.tsx';
import { useCall, useSession } from './sessionContext.ts';

/** What one can do in a call. */
export function ControlBar() {
  const { call } = useSession();
  const allowed = useCall().room?.media;
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
        <CaptureButton kind="microphone" disabled={allowed?.audio === false} />
        <CaptureButton kind="camera" disabled={allowed?.video === false} />
        {allowed?.screen && <ScreenButton />}
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
