import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageMessage } from './theme/PageMessage.tsx';

/** Shows a way on where the page itself has failed. React logs the error. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Broken />;
  }
}

function Broken() {
  const { t } = useTranslation();
  return (
    <PageMessage
      title={t('broken.title')}
      text={t('broken.text')}
      button={t('reload')}
      onClick={() => window.location.reload()}
    />
  );
}
