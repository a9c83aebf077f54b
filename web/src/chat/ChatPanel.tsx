import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../call/SidePanel.tsx';
import { ChatInput } from './ChatInput.tsx';
import { ChatMessages } from './ChatMessages.tsx';

interface Props {
  draft: string;
  onDraft: (text: string) => void;
  onClose: () => void;
}

/** What people write to each other, and where oneself writes. */
export function ChatPanel({ draft, onDraft, onClose }: Props) {
  const { t } = useTranslation('chat');
  const input = useRef<HTMLTextAreaElement>(null);
  return (
    <SidePanel title={t('title')} closeLabel={t('close')} onClose={onClose} focus={() => input.current}>
      <ChatMessages />
      <ChatInput ref={input} draft={draft} onDraft={onDraft} />
    </SidePanel>
  );
}
