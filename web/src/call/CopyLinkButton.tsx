import CheckIcon from '@mui/icons-material/Check';
import LinkIcon from '@mui/icons-material/Link';
import ShareIcon from '@mui/icons-material/Share';
import Portal from '@mui/material/Portal';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useTranslation } from 'react-i18next';
import { InvitationSaid } from '../invite/InvitationSaid.tsx';
import { useInvitation } from '../invite/useInvitation.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/** Copies the meeting's link, without anything that is one's own; on phones it is handed to the system to share. */
export function CopyLinkButton() {
  const { t } = useTranslation();
  const { copy, share, said, dismiss } = useInvitation();
  const onPhone = useMediaQuery('(pointer: coarse)', { noSsr: true });
  if (share && onPhone) {
    return (
      <RoundButton label={t('invite.share')} onClick={() => void share()}>
        <ShareIcon />
      </RoundButton>
    );
  }
  return (
    <>
      <RoundButton label={t('invite.copy')} onClick={() => void copy()}>
        {said.open ? <CheckIcon /> : <LinkIcon />}
      </RoundButton>
      {/* Outside of a menu that the button may stand in. */}
      <Portal>
        <InvitationSaid said={said} dismiss={dismiss} />
      </Portal>
    </>
  );
}
