import '@fontsource-variable/inter';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { startWords } from './i18n/i18n.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root.');
await startWords(window.location.search);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
