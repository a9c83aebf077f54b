import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';

/** Browsers give microphones and cameras to secure addresses only: says so, and leads to that of this meeting. */
export function InsecureNotice() {
  const { t } = useTranslation('greenroom');
  const { host, pathname, search } = window.location;
  return (
    <Alert severity="warning">
      <AlertTitle>{t('insecure.title')}</AlertTitle>
      {t('insecure.text')}{' '}
      <Link href={`https://${host}${pathname}${search}`} color="inherit">
        {t('insecure.link')}
      </Link>
    </Alert>
  );
}
