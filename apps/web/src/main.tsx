import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { Boundary } from './ui/boundary.js';
import './styles.css';

createRoot(document.getElementById('root')!).render(
  <Boundary>
    <App />
  </Boundary>,
);
