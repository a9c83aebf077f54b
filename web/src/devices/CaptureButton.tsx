import MicIcon from '@mui/icons-material/Mic';
import MicOffIcon from '@mui/icons-material/MicOff';
import VideocamIcon from '@mui/icons-material/Videocam';
import VideocamOffIcon from '@mui/icons-material/VideocamOff';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../theme/RoundButton.tsx';
import type { CaptureKind } from './localMedia.ts';
import { useCapture } from './useCapture.ts';

const faces = {
  microphone: { on: MicIcon, off: MicOffIcon },
  camera: { on: VideocamIcon, off: VideocamOffIcon },
} as const;

/** Turns one's own microphone or camera on and off. */
export function CaptureButton({ kind, disabled = false }: { kind: CaptureKind; disabled?: boolean }) {
  const { t } = useTranslation('devices');
  const { capture, on, toggle } = useCapture(kind);
  const face = faces[kind];
  const Icon = on ? face.on : face.off;
  return (
    <RoundButton
      label={t(`${on ? 'turnOff' : 'turnOn'}.${kind}`)}
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
