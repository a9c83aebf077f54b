import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import MeetingPage from '../meeting/MeetingPage.tsx';
import type { Launch } from '../navigation/launch.ts';
import { LoadingPage } from '../theme/LoadingPage.tsx';
import { PageMessage } from '../theme/PageMessage.tsx';
import { BridgeContext } from './bridgeContext.ts';
import { launchOf } from './greeting.ts';
import { useGreeting } from './useGreeting.ts';

/** A meeting in a page of somebody else, begun as that page wants. */
export default function EmbeddedMeeting({ room, launch }: { room: string; launch: Launch }) {
  const greeting = useGreeting();
  const [anyway, setAnyway] = useState(false);
  if (greeting.status === 'greeted') {
    return (
      <BridgeContext value={greeting.bridge}>
        <MeetingPage room={room} launch={launchOf(launch, greeting.options)} />
      </BridgeContext>
    );
  }
  if (greeting.status === 'waiting') return <LoadingPage />;
  return anyway ? <MeetingPage room={room} launch={launch} /> : <Alone onGoOn={() => setAnyway(true)} />;
}

function Alone({ onGoOn }: { onGoOn: () => void }) {
  const { t } = useTranslation('embed');
  return (
    <PageMessage
      title={t('alone.title')}
      text={t('alone.advice')}
      button={t('alone.goOn')}
      onClick={onGoOn}
    />
  );
}
