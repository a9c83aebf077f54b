import ErrorOutlineIcon from '@mui/icons-material/ErrorOutlineOutlined';
import Button from '@mui/material/Button';
import type { RefusalError } from '@parley/protocol';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/useLanguage.ts';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { closureView } from './closure.ts';
import { Notice } from './Notice.tsx';
import { Reason } from './Reason.tsx';
import { refusalView } from './refusalView.ts';

/** Not let in: why, and what to do about it. */
export function Refused({ error, onRetry }: { error: RefusalError; onRetry: () => void }) {
  const { t } = useTranslation('call');
  const { t: tCommon } = useTranslation();
  const language = useLanguage();
  const { title, retry, ...reason } = refusalView(error, t, language);
  const closed = error.closed && closureView(error.closed, false, { now: new Date() }, t, language);
  const reload = error.code === 'unsupported_version';
  return (
    <Notice
      urgent
      icon={<ErrorOutlineIcon />}
      title={closed?.title ?? title}
      text={<Reason {...(closed ? { text: closed.text, detail: undefined } : reason)} />}
      actions={
        <>
          {retry && (
            <Button variant="contained" size="large" onClick={onRetry}>
              {tCommon('tryAgain')}
            </Button>
          )}
          {reload && (
            <Button variant="contained" size="large" onClick={() => window.location.reload()}>
              {tCommon('reload')}
            </Button>
          )}
          <HomeButton />
        </>
      }
    />
  );
}
