import '@fontsource-variable/inter';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { startWords } from './i18n/i18n.ts';

// In a browser that is too old, old-browser/check.js has taken the page over.
if (document.documentElement.dataset.oldBrowser === undefined) await start();

async function start(): Promise<void> {
  await startWords(window.location.search);
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no element #root.');
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
