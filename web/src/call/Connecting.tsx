import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import type { RefusalError } from '@parley/protocol';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/useLanguage.ts';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { Notice } from './Notice.tsx';
import { Reason } from './Reason.tsx';
import { refusalView } from './refusalView.ts';

interface Props {
  room: string;
  attempt: number;
  /** What the attempt before met. */
  reason: RefusalError | undefined;
  onCancel: () => void;
}

/** On the way in. */
export function Connecting({ room, attempt, reason, onCancel }: Props) {
  const { t } = useTranslation('call');
  const { t: tCommon } = useTranslation();
  const language = useLanguage();
  const again = attempt > 1;
  const view = reason && refusalView(reason, t, language);
  return (
    <Notice
      icon={<CircularProgress size={34} aria-label={t('connecting')} />}
      title={t('joining', { room })}
      text={
        again ? (
          <>
            <Reason text={view?.text ?? t('lastFailed')} detail={view?.detail} />
            <br />
            {reason?.code === 'busy' ? t('needNothing') : t('attempt', { number: attempt })}
          </>
        ) : (
          t('opening')
        )
      }
      actions={
        again ? (
          <>
            <Button variant="outlined" size="large" onClick={onCancel}>
              {tCommon('back')}
            </Button>
            <HomeButton />
          </>
        ) : undefined
      }
    />
  );
}
