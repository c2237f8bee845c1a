import { render } from 'preact';
import { chosenLanguage } from '../ui/texts/language.ts';
import '../ui/theme.css';
import { App } from './App.tsx';
import './chat/chat.css';
import './chat/composer.css';
import './cobrowse/cobrowse.css';
import './conversations/conversations.css';
import './conversations/panes.css';
import { Desk } from './Desk.ts';
import './desk.css';
import './parts/parts.css';
import './person/person.css';
import './top.css';
import './visitors/users.css';
import './displays.css';

const root = document.getElementById('desk');
if (root) {
  document.documentElement.lang = chosenLanguage('auto');
  const desk = new Desk();
  render(<App desk={desk} />, root);
  void desk.open();
}
