import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Frame, Page } from 'playwright-core';
import type { CoViewService } from '#bench/harness/CoViewService.ts';

interface Addresses {
  visitor: string;
  agent: string;
}

const VIEWER = '/cobrowse/viewer/?1';
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
let persons = 0;

/** A visitor’s page and an agent’s that watches it: two real pages of one browser, the real widget in both. */
export class SharedPages {
  readonly visitor: Page;
  readonly agent: Page;

  /** `prepare` is given both pages before anything is loaded in them; `asking` is called before the visitor is asked. */
  static async open(
    browser: Browser,
    service: CoViewService,
    addresses: Addresses,
    { prepare, asking }: { prepare?: (pages: SharedPages) => Promise<void>; asking?: () => void } = {},
  ): Promise<SharedPages> {
    const viewport = { width: 1280, height: 720 };
    const pages = new SharedPages(
      await (await browser.newContext({ viewport })).newPage(),
      await (await browser.newContext({ viewport })).newPage(),
    );
    await prepare?.(pages);
    await pages.#share(service, addresses, asking);
    return pages;
  }

  private constructor(visitor: Page, agent: Page) {
    this.visitor = visitor;
    this.agent = agent;
  }

  /** The document in which the visitor’s page is shown. */
  async mirror(): Promise<Frame> {
    const find = () => this.agent.frames().find((frame) => frame.url().endsWith(VIEWER));
    await until('the agent’s page has a mirror', async () => find() !== undefined);
    return find() as Frame;
  }

  async close(): Promise<void> {
    await this.visitor.evaluate('CV.cobrowse.stop()');
    for (const page of [this.visitor, this.agent]) await page.context().close();
  }

  async #share(service: CoViewService, addresses: Addresses, asking: () => void = () => {}): Promise<void> {
    const { visitor, agent } = this;
    const email = `sharer-${++persons}@example.com`;
    await Promise.all([visitor.goto(addresses.visitor), agent.goto(addresses.agent)]);
    for (const page of [visitor, agent]) await page.waitForFunction('window.CVLoaded === true');
    await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
    await agent.evaluate(`CV.rest.auth('${service.token()}')`);
    asking();
    await agent.evaluate(`CV.user.status('${email}').then(({ visitorId }) => {
      window.session = CV.calling.startCobrowse(visitorId);
    })`);
    const accept = visitor.locator('coview-widget [data-cv="accept"]');
    await accept.click({ timeout: PATIENCE_MS });
    await agent.evaluate(`Promise.race([session.ready, new Promise((_, late) =>
      setTimeout(() => late(new Error('the page is not seen: ' + JSON.stringify(session.session))), ${PATIENCE_MS}))])`);
  }
}

/** As `waitForFunction`, which the mirror’s policy would not let look. */
export async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (await look()) return;
    await sleep(LOOK_MS);
  }
  throw new Error(`in vain waited until ${what}`);
}
