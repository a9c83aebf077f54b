import ErrorOutlineIcon from '@mui/icons-material/ErrorOutlineOutlined';
import Button from '@mui/material/Button';
import type { RefusalError } from '@parley/protocol';
import { HomeButton } from '../navigation/HomeButton.tsx';
import { closureView } from './closure.ts';
import { Notice } from './Notice.tsx';
import { detailOf, refusalViews } from './refusalView.ts';

/** Not let in: why, and what to do about it. */
export function Refused({ error, onRetry }: { error: RefusalError; onRetry: () => void }) {
  const { retry, ...view } = refusalViews[error.code];
  const title = error.closed ? closureView(error.closed, false, { now: new Date() }).title : view.title;
  const reload = error.code === 'unsupported_version';
  return (
    <Notice
      urgent
      icon={<ErrorOutlineIcon />}
      title={title}
      text={detailOf(title, error.message)}
      actions={
        <>
          {retry && (
            <Button variant="contained" size="large" onClick={onRetry}>
              Try again
            </Button>
          )}
          {reload && (
            <Button variant="contained" size="large" onClick={() => window.location.reload()}>
              Reload
            </Button>
          )}
          <HomeButton />
        </>
      }
    />
  );
}
