import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canShare, invitationLink, share } from './invitation.ts';

/** Copies or shares the meeting's link; `said` tells how that went, until it is dismissed. */
export function useInvitation() {
  const { t } = useTranslation();
  const [said, setSaid] = useState({ open: false, text: '' });
  const link = invitationLink(window.location);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid({ open: true, text: t('invite.copied') });
    } catch {
      setSaid({ open: true, text: t('invite.notCopied', { link }) });
    }
  };
  return {
    copy,
    share: canShare ? () => share(link, t('invite.title')).catch(copy) : undefined,
    said,
    dismiss: () => setSaid(before => ({ ...before, open: false })),
  };
}
