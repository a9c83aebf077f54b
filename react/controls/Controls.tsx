import type { ReactNode } from 'react';
import { useCall, useOwnMedia, useSelf } from '../hooks.ts';
import type { OwnSource } from '../media/capture.ts';
import { useWords } from '../words/WordsProvider.tsx';
import { ControlButton } from './ControlButton.tsx';
import { Problems } from './Problems.tsx';

interface Props {
  /** Whether the chat is open. Without `onChat` there is no button for it. */
  chatOpen?: boolean;
  onChat?: () => void;
  /** More buttons, before the one to leave. */
  children?: ReactNode;
}

/** Microphone, camera, screen and the way out, as far as one's rights allow; below them what is wrong with any. */
export function Controls({ chatOpen = false, onChat, children }: Props) {
  const call = useCall();
  const words = useWords();
  return (
    <div className="parley-bar">
      <Problems />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div className="parley-controls" role="group" aria-label={words.controls}>
        <Source source="microphone" off={words.unmute} on={words.mute}>
          <path d="M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4" />
        </Source>
        <Source source="camera" off={words.cameraOn} on={words.cameraOff}>
          <path d="M4 7h10v10H4zM14 11l6-3v8l-6-3" />
        </Source>
        {canShare() && (
          <Source source="screen" off={words.shareScreen} on={words.stopSharing}>
            <path d="M3 5h18v11H3zM8 20h8M12 8v5M9.5 10.5 12 8l2.5 2.5" />
          </Source>
        )}
        {onChat && (
          <ControlButton
            label={chatOpen ? words.closeChat : words.openChat}
            active={chatOpen}
            expanded={chatOpen}
            onClick={onChat}
          >
            <path d="M4 5h16v11H9l-5 4z" />
          </ControlButton>
        )}
        {children}
        <ControlButton label={words.leave} danger onClick={() => void call.leave().catch(() => undefined)}>
          <path d="M10 4H5v16h5M10 12h10M16 8l4 4-4 4" />
        </ControlButton>
      </div>
    </div>
  );
}

/** Browsers of phones share no screens. */
function canShare(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

function Source({
  source,
  on: onLabel,
  off: offLabel,
  children,
}: {
  source: OwnSource;
  on: string;
  off: string;
  children: ReactNode;
}) {
  const { on, allowed, turn } = useOwnMedia(source);
  const isIn = useSelf() !== undefined;
  if (isIn && !allowed) return null;
  return (
    <ControlButton label={on ? onLabel : offLabel} active={on} onClick={() => turn(!on)}>
      {children}
      {!on && source !== 'screen' && <path d="M4 4l16 16" />}
    </ControlButton>
  );
}
