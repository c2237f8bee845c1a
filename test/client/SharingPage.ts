import { expect } from 'vitest';
import type { Recording } from '#client/cobrowse/Recording.ts';
import { type ShareParts, VisitorCobrowsing } from '#client/cobrowse/VisitorCobrowsing.ts';
import { VisitorControl } from '#client/cobrowse/VisitorControl.ts';
import type { CobrowseScreen } from '#client/ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseCommand, CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { boot } from './VisitorTab.ts';

export const anna = { email: 'anna@example.com', name: 'Anna' };

export const viewOf = (changes: Partial<CobrowseView> = {}): CobrowseView => ({
  id: newId<CobrowseId>('cb'),
  state: 'ringing',
  visitorId: newId('v'),
  startedBy: 'agent',
  agent: anna,
  viewers: [],
  startedAt: new Date(0).toISOString(),
  tabs: [],
  paused: false,
  online: true,
  ...changes,
});

/** One page of a visitor; what it records with, and shows, is noted instead. */
export class SharingPage {
  readonly server = new FakeServer();
  readonly connection = new FakeConnection(this.server);
  readonly told: CobrowseView[] = [];
  readonly notes: unknown[] = [];
  screens: readonly CobrowseScreen[] = [];
  refusal: 'NOT_FOUND' | 'FORBIDDEN' | 'UNSUPPORTED' | undefined;
  readonly sharing: VisitorCobrowsing;
  loadControl = () => Promise.resolve(VisitorControl);

  constructor() {
    const page = this;
    class Noted {
      begin = (stream: number) => page.notes.push(['begin', stream]);
      still = () => page.notes.push('still');
      close = () => page.notes.push('close');
      uncontrolled = () => page.notes.push('uncontrolled');
      run = async (command: CobrowseCommand, agent: string) => {
        page.notes.push(['run', command.do, agent]);
        return page.refusal;
      };
      mark = (agent: string, mark: unknown) => page.notes.push(['mark', agent, mark]);
      showHidden = (shown: boolean) => page.notes.push(['hidden', shown]);
    }
    const parts: ShareParts = {
      show: (screens) => {
        page.screens = screens;
      },
      Recording: Noted as unknown as typeof Recording,
      loadControl: () => this.loadControl(),
    };
    const identity = { connection: this.connection as never, token: 'token' };
    this.sharing = new VisitorCobrowsing({ boot, identity, parts, onCobrowse: (view) => this.told.push(view) });
  }

  get kinds(): string[] {
    return this.screens.map(({ kind }) => kind);
  }

  screen<K extends CobrowseScreen['kind']>(kind: K): Extract<CobrowseScreen, { kind: K }> {
    const found = this.screens.find((screen) => screen.kind === kind);
    if (!found) throw new Error(`${kind} is not shown, but ${this.kinds}`);
    return found as Extract<CobrowseScreen, { kind: K }>;
  }

  answer(name: string, act: (input: never) => unknown): void {
    this.server.handlers.set(name, act);
  }

  get asked(): string[] {
    return this.server.asked.map(([name]) => name);
  }
}

/** Whatever was under way in promises is done. */
export const settled = () => until(() => new Promise((resolve) => setTimeout(resolve)));

export const privacy = { maskAll: false, mask: [], unmask: [], block: [] };

/** One that shares, and records under stream 1. */
export async function sharing(changes: Partial<CobrowseView> = {}) {
  const page = new SharingPage();
  const session = viewOf({ state: 'active', viewers: [anna], ...changes });
  page.sharing.returned(session);
  page.sharing.record({ id: session.id, stream: 1, privacy });
  await settled();
  expect(page.notes).toEqual([['begin', 1]]);
  return { page, session };
}
