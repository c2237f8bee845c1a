import type { CallView } from '#protocol/calling.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { Person } from '#protocol/person.ts';
import type { ShownMessage } from '../chat/ShownMessage.ts';
import type { Emitter } from '../core/Emitter.ts';
import type { Call } from './Call.ts';
import type { Cobrowsing } from './Cobrowsing.ts';

/** What `CV.on` tells, and of what. */
export interface CvEvents {
  /** The server knows this page's visitor. */
  ready: () => void;
  /** The visitor is now this person; undefined: nobody known, after `CV.user.reset`. */
  identity: (person: Person | undefined) => void;
  /** The connection to the server stands, or does not: the agent's on an agent's page. */
  connection: (state: { connected: boolean }) => void;
  /** On a visitor's page the call as it is now; on an agent's the call that went on while the page was reloaded. */
  call: (call: CallView | Call) => void;
  /** On a visitor's page the session as it is now; on an agent's the one that went on while the page was reloaded. */
  cobrowse: (session: CobrowseView | Cobrowsing) => void;
  /** A message was written in the visitor's conversation, by either side. */
  message: (message: ShownMessage) => void;
  /** How many messages the visitor has not read. */
  unread: (count: { unread: number }) => void;
  /** JavaScript events of the action rules that match now, when more do (seed 001). */
  rule: (rules: { matched: readonly string[] }) => void;
  /** The agent's token was revoked or has expired, or another tab signed out: this page acts for nobody. */
  signedOut: () => void;
}

/** How the widget tells the page. */
export type Tell = Emitter<CvEvents>['emit'];
