import CheckIcon from '@mui/icons-material/Check';
import LinkIcon from '@mui/icons-material/Link';
import ShareIcon from '@mui/icons-material/Share';
import Portal from '@mui/material/Portal';
import { useTranslation } from 'react-i18next';
import { InvitationSaid } from '../invite/InvitationSaid.tsx';
import { useInvitation } from '../invite/useInvitation.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Copies the meeting's link, without anything that is one's own, or hands it to the system where that can share. */
export function CopyLinkButton() {
  const { t } = useTranslation();
  const { copy, share, ...said } = useInvitation();
  return (
    <>
      <RoundButton label={t('invite.copy')} onClick={() => void copy()}>
        {said.said.open ? <CheckIcon /> : <LinkIcon />}
      </RoundButton>
      {share && (
        <RoundButton label={t('invite.share')} onClick={() => void share()}>
          <ShareIcon />
        </RoundButton>
      )}
      {/* Outside of a menu that the button may stand in. */}
      <Portal>
        <InvitationSaid {...said} />
      </Portal>
    </>
  );
}
