import { useTranslation } from 'react-i18next';
import { CaptureProblem } from '../devices/CaptureProblem.tsx';
import { InsecureNotice } from './InsecureNotice.tsx';

/** What is wrong with one's microphone and camera, if anything. */
export function CaptureProblems() {
  const { t } = useTranslation('greenroom');
  if (!window.isSecureContext) return <InsecureNotice />;
  return (
    <>
      <CaptureProblem kind="microphone" help={t('joinWithout')} />
      <CaptureProblem kind="camera" help={t('joinWithout')} />
    </>
  );
}
