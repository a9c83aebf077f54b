import { lazy, Suspense } from 'react';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { embedded } from './embed/parent.ts';
import { HomePage } from './home/HomePage.tsx';
import { loadWords } from './i18n/i18n.ts';
import { UnknownPage } from './navigation/UnknownPage.tsx';
import { useLocation } from './navigation/useLocation.ts';
import { LoadingPage } from './theme/LoadingPage.tsx';

// The call's code is many times the front page's, and wanted only where there is a call.
const MeetingPage = lazy(async () => {
  const [page] = await Promise.all([import('./meeting/MeetingPage.tsx'), loadWords('meeting')]);
  return page;
});

const EmbeddedMeeting = lazy(async () => {
  const [page] = await Promise.all([import('./embed/EmbeddedMeeting.tsx'), loadWords('meeting')]);
  return page;
});

/** The page that the address means. */
export function App() {
  const { route, launch } = useLocation();
  const Meeting = embedded ? EmbeddedMeeting : MeetingPage;
  switch (route.page) {
    case 'home':
      return <HomePage />;
    case 'meeting':
      return (
        <ErrorBoundary key={`${route.room} ${launch.token ?? ''}`}>
          <Suspense fallback={<LoadingPage />}>
            <Meeting room={route.room} launch={launch} />
          </Suspense>
        </ErrorBoundary>
      );
    case 'unknown':
      return <UnknownPage />;
  }
}
