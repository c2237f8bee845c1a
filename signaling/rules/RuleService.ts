import { EventEmitter } from 'node:events';
import { CvError } from '#protocol/errors.ts';
import type { RuleId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { NewRule, Rule } from '#protocol/rules.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { RuleRecord, Store } from '#signaling/store/Store.ts';

const MAX_RULES = 200;
/** Every visitor’s page is sent them, and an export must fit into an import. */
const MAX_BYTES = 64 * 1024;

export type RuleChange = { [K in keyof NewRule]?: NewRule[K] | undefined };

/** The action rules of all sites, in memory, in the order in which they are looked at. */
export class RuleService extends EventEmitter<{ changed: [site: SiteId] }> {
  readonly #store: Store['rules'];
  readonly #bySite: Map<SiteId, readonly RuleRecord[]>;
  readonly #turns = new Turns();

  private constructor(store: Pick<Store, 'rules'>, rules: readonly RuleRecord[]) {
    super();
    this.#store = store.rules;
    this.#bySite = Map.groupBy(rules, ({ site }) => site);
  }

  static async load(store: Pick<Store, 'rules'>): Promise<RuleService> {
    return new RuleService(store, await store.rules.listAll());
  }

  /** By position, then age. */
  list(site: SiteId): readonly RuleRecord[] {
    return this.#bySite.get(site) ?? [];
  }

  /** NOT_FOUND if the site has no such rule. */
  require(site: SiteId, id: RuleId): RuleRecord {
    const rule = this.#find(site, id);
    if (!rule) throw new CvError('NOT_FOUND', 'There is no such action rule.');
    return rule;
  }

  /** The DOM events that enabled rules wait for, each once. */
  events(site: SiteId): readonly string[] {
    const conditions = this.list(site).flatMap((rule) => (rule.enabled ? rule.conditions : []));
    return [...new Set(conditions.flatMap((one) => (one.type === 'javascriptEvent' ? [one.name] : [])))];
  }

  /** What an enabled rule greets with. */
  greeting(site: SiteId, id: RuleId): string | undefined {
    const rule = this.#find(site, id);
    return rule?.enabled ? rule.actions.find((action) => action.type === 'greet')?.text : undefined;
  }

  create(site: SiteId, rule: NewRule, actor: string): Promise<RuleRecord> {
    return this.#turns.take([site], async () => {
      const [record] = this.#records(site, [rule], this.list(site));
      checkSize([...this.list(site), record]);
      const entry = auditRecord(site, actor, 'rule.created', record.id, { name: record.name });
      await this.#store.save(record, [entry]);
      this.#changed(site, [...this.list(site), record]);
      return record;
    });
  }

  change(site: SiteId, id: RuleId, change: RuleChange, actor: string): Promise<RuleRecord> {
    return this.#turns.take([site], async () => {
      const old = this.require(site, id);
      const record: RuleRecord = {
        ...old,
        name: change.name ?? old.name,
        enabled: change.enabled ?? old.enabled,
        position: change.position ?? old.position,
        conditions: change.conditions ?? old.conditions,
        actions: change.actions ?? old.actions,
      };
      const others = this.list(site).filter((rule) => rule.id !== id);
      checkSize([...others, record]);
      await this.#store.save(record, [auditRecord(site, actor, 'rule.changed', id, { name: record.name })]);
      this.#changed(site, [...others, record]);
      return record;
    });
  }

  delete(site: SiteId, id: RuleId, actor: string): Promise<void> {
    return this.#turns.take([site], async () => {
      const { name } = this.require(site, id);
      await this.#store.delete(site, id, [auditRecord(site, actor, 'rule.deleted', id, { name })]);
      this.#changed(
        site,
        this.list(site).filter((rule) => rule.id !== id),
      );
    });
  }

  /** All or none; answers the site's rules as they are then. */
  import(site: SiteId, rules: readonly NewRule[], replace: boolean, actor: string): Promise<readonly RuleRecord[]> {
    return this.#turns.take([site], async () => {
      const kept = replace ? [] : this.list(site);
      const records = this.#records(site, rules, kept);
      checkSize([...kept, ...records]);
      const detail = { rules: records.length, replace };
      await this.#store.import(site, records, replace, [auditRecord(site, actor, 'rules.imported', site, detail)]);
      this.#changed(site, [...kept, ...records]);
      return this.list(site);
    });
  }

  #find(site: SiteId, id: RuleId): RuleRecord | undefined {
    return this.list(site).find((rule) => rule.id === id);
  }

  /** Ages stay apart within a millisecond, so that the order given is kept. */
  #records<const R extends readonly NewRule[]>(site: SiteId, rules: R, beside: readonly RuleRecord[]) {
    if (beside.length + rules.length > MAX_RULES) {
      throw new CvError('CONFLICT', `A site has at most ${MAX_RULES} action rules; remove some first.`);
    }
    const first = Math.max(Date.now(), ...beside.map(({ createdAt }) => createdAt + 1));
    const records = rules.map((rule, index) => ({ ...rule, id: newId<RuleId>('r'), site, createdAt: first + index }));
    return records as { [K in keyof R]: RuleRecord };
  }

  #changed(site: SiteId, rules: readonly RuleRecord[]): void {
    this.#bySite.set(
      site,
      rules.toSorted((a, b) => a.position - b.position || a.createdAt - b.createdAt),
    );
    this.emit('changed', site);
  }
}

function checkSize(rules: readonly RuleRecord[]): void {
  if (Buffer.byteLength(JSON.stringify(rules.map(ruleView))) <= MAX_BYTES) return;
  throw new CvError('CONFLICT', `The action rules of a site have at most ${MAX_BYTES} bytes; shorten or remove some.`);
}

export const ruleView = ({ site: _, createdAt: __, ...rule }: RuleRecord): Rule => rule;
