import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { Boundary } from './ui/boundary.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/results.css';
import './styles/layout.css';

createRoot(document.getElementById('root')!).render(
  <Boundary>
    <App />
  </Boundary>,
);
