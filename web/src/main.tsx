import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@fontsource-variable/inter/wght.css';
import './app/tokens.css';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { reloadOnceThere } from './app/RouteError';
import { startTexts } from './i18n';

// The app was built anew while this page was open: its parts have other names now. Once, or it would never end.
window.addEventListener('vite:preloadError', () => {
  const RELOADED = 'campaign-flow-reloaded';
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < 10_000) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  void reloadOnceThere();
});

await startTexts();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
