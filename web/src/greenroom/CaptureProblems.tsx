import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import { useDevices } from '../devices/devicesContext.ts';
import type { CaptureKind } from '../devices/localMedia.ts';
import { explainProblem } from '../devices/mediaProblem.ts';
import { useStore } from '../state/useStore.ts';

/** What is wrong with one's microphone and camera, if anything. */
export function CaptureProblems() {
  const state = useStore(useDevices().media);
  return (['microphone', 'camera'] satisfies CaptureKind[]).map(kind => {
    const capture = state[kind];
    if (capture.status !== 'failed') return null;
    const { title, advice } = explainProblem(kind, capture.problem);
    return (
      <Alert key={kind} severity="warning">
        <AlertTitle>{title}</AlertTitle>
        {advice} You can also join without it.
      </Alert>
    );
  });
}
