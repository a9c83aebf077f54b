import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Surface } from './theme/Surface.tsx';

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
    <Surface>
      <Stack
        role="alert"
        spacing={2}
        sx={{
          minHeight: '100dvh',
          alignItems: 'center',
          justifyContent: 'center',
          p: 3,
          textAlign: 'center',
        }}
      >
        <Typography variant="h2" component="h1">
          {t('broken.title')}
        </Typography>
        <Typography sx={{ color: 'text.secondary' }}>{t('broken.text')}</Typography>
        <Button variant="contained" size="large" onClick={() => window.location.reload()}>
          {t('reload')}
        </Button>
      </Stack>
    </Surface>
  );
}
