import type { EventEmitter } from 'node:events';
import type { SiteId } from '#protocol/ids.ts';
import type { SiteState } from '#protocol/rules.ts';
import type { Site } from '#protocol/site.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { isOpen, nextChange } from './openingTimes.ts';
import type { RuleService } from './RuleService.ts';

/** Pages of a site are told at most once in so long. */
const SETTLE_MS = 250;
/** The wall clock may be set meanwhile, and goes on where a machine sleeps, which timers do not. */
const LOOK_AGAIN_MS = 60 * 1000;
/** No change is looked for further ahead than some weeks. */
const DAY = 24 * 60 * 60 * 1000;

export interface SiteStatesOptions {
  sites: Pick<SiteDirectory, 'list' | 'get' | 'require'> & Pick<EventEmitter<{ changed: [site: Site] }>, 'on' | 'off'>;
  rules: RuleService;
  agents: Pick<AgentPresence, 'state' | 'on' | 'off'>;
  outlet: Pick<Outlet, 'toSiteVisitors'>;
}

interface KnownState {
  /** As it is; absent once something changed. */
  state?: SiteState | undefined;
  /** What every page of the site holds; absent if they may hold different ones. */
  told?: string | undefined;
  telling?: NodeJS.Timeout | undefined;
}

/** What visitors' pages decide by, site by site; tells them when it changes. */
export class SiteStates {
  readonly #options: SiteStatesOptions;
  readonly #known = new Map<SiteId, KnownState>();
  /** When opening hours begin or end next, or are to be looked at again. */
  readonly #changes = new Map<SiteId, number>();
  #clock: NodeJS.Timeout | undefined;
  /** How far the wall clock is ahead of the one that nobody sets. */
  #ahead = aheadNow();
  #closed = false;

  constructor(options: SiteStatesOptions) {
    this.#options = options;
    options.sites.on('changed', this.#siteChanged);
    options.rules.on('changed', this.#changed);
    options.agents.on('changed', this.#changed);
    for (const site of options.sites.list()) this.#setChange(site, Date.now());
    this.#arm();
  }

  of(site: SiteId): SiteState {
    const known = this.#knownOf(site);
    if (known.state) return known.state;
    known.state = this.#build(site);
    const text = JSON.stringify(known.state);
    // Handed out between two tellings: some pages hold this one, others the last that was told.
    if (known.telling && known.told !== text) known.told = undefined;
    else known.told = text;
    return known.state;
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#options.sites.off('changed', this.#siteChanged);
    this.#options.rules.off('changed', this.#changed);
    this.#options.agents.off('changed', this.#changed);
    clearTimeout(this.#clock);
    for (const { telling } of this.#known.values()) clearTimeout(telling);
    this.#known.clear();
  }

  readonly #changed = (site: SiteId): void => {
    const known = this.#known.get(site);
    // Of a site that nobody asked for, no page holds anything.
    if (!known) return;
    known.state = undefined;
    known.telling ??= setTimeout(() => this.#tell(site, known), SETTLE_MS);
  };

  readonly #siteChanged = (site: Site): void => {
    this.#setChange(site, Date.now());
    this.#arm();
    this.#changed(site.id);
  };

  #tell(site: SiteId, known: KnownState): void {
    known.telling = undefined;
    const state = this.#build(site);
    const text = JSON.stringify(state);
    known.state = state;
    if (text === known.told) return;
    known.told = text;
    this.#options.outlet.toSiteVisitors(site, 'site.changed', { state });
  }

  #build(id: SiteId): SiteState {
    const { settings } = this.#options.sites.require(id);
    const { visibility } = settings.chat;
    const enabled = this.#options.rules.list(id).filter((rule) => rule.enabled);
    return {
      visibility,
      rules: enabled.map((rule) => ({ id: rule.id, conditions: rule.conditions, actions: rule.actions })),
      agents: this.#options.agents.state(id),
      open: isOpen(settings.openingHours, Date.now()),
    };
  }

  #knownOf(site: SiteId): KnownState {
    const known = this.#known.get(site) ?? {};
    this.#known.set(site, known);
    return known;
  }

  #setChange({ id, settings }: Site, now: number): void {
    if (settings.openingHours) this.#changes.set(id, nextChange(settings.openingHours, now) ?? now + DAY);
    else this.#changes.delete(id);
  }

  #arm(): void {
    clearTimeout(this.#clock);
    if (this.#closed || this.#changes.size === 0) return;
    const next = Math.min(...this.#changes.values());
    const wait = Math.min(Math.max(0, next - Date.now()), LOOK_AGAIN_MS);
    this.#clock = setTimeout(() => this.#clockStruck(), wait).unref();
  }

  #clockStruck(): void {
    const now = Date.now();
    const ahead = aheadNow();
    const wasSet = Math.abs(ahead - this.#ahead) > SETTLE_MS;
    this.#ahead = ahead;
    for (const [id, due] of this.#changes) {
      if (due > now && !wasSet) continue;
      const site = this.#options.sites.require(id);
      const { openingHours } = site.settings;
      this.#setChange(site, now);
      if (this.#known.get(site.id)?.state?.open !== isOpen(openingHours, now)) this.#changed(site.id);
    }
    this.#arm();
  }
}

const aheadNow = () => Date.now() - performance.now();
