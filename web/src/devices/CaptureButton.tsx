import MicIcon from '@mui/icons-material/Mic';
import MicOffIcon from '@mui/icons-material/MicOff';
import VideocamIcon from '@mui/icons-material/Videocam';
import VideocamOffIcon from '@mui/icons-material/VideocamOff';
import { RoundButton } from '../theme/RoundButton.tsx';
import type { CaptureKind } from './localMedia.ts';
import { useCapture } from './useCapture.ts';

const faces = {
  microphone: { on: MicIcon, off: MicOffIcon, turnOff: 'Mute microphone', turnOn: 'Unmute microphone' },
  camera: { on: VideocamIcon, off: VideocamOffIcon, turnOff: 'Turn camera off', turnOn: 'Turn camera on' },
} as const;

/** Turns one's own microphone or camera on and off. */
export function CaptureButton({ kind, disabled = false }: { kind: CaptureKind; disabled?: boolean }) {
  const { capture, on, toggle } = useCapture(kind);
  const face = faces[kind];
  const Icon = on ? face.on : face.off;
  return (
    <RoundButton
      label={on ? face.turnOff : face.turnOn}
      tone={on ? 'plain' : 'warning'}
      flagged={capture.status === 'failed'}
      disabled={disabled}
      shortcut={kind}
      onClick={toggle}
    >
      <Icon />
    </RoundButton>
  );
}
