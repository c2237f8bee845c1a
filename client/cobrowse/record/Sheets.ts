import type { incrementalData, styleDeclarationData, styleSheetRuleData } from '@rrweb/types';
import { Late } from '../../core/Late.ts';
import { adoptedOf, sheetsOf } from '../privacy/reads.ts';
import { stricter, type Verdict } from '../privacy/verdicts.ts';
import type { Describer } from './Describer.ts';
import { incremental, mutation, noChanges, type PageEvent, Source } from './events.ts';
import type { Known } from './Known.ts';
import type { NodeIndex } from './NodeIndex.ts';
import type { RuleWatch } from './RuleWatch.ts';
import { changed, rulesOf } from './sheetText.ts';
import type { Root } from './watcher.ts';
import { watchRules } from './watchRules.ts';

type Place = { id: number } | { styleId: number };
type Step = Pick<styleSheetRuleData, 'adds' | 'removes'>;
type Declaration = Pick<styleDeclarationData, 'source' | 'index' | 'set' | 'remove'>;

/** So many roots can be looked at whenever something is told. */
const FEW_ROOTS = 100;

/** Style sheets that scripts make and change: what stands in no node of the page. */
export class Sheets {
  readonly #index: NodeIndex;
  readonly #describer: Describer;
  /** Somebody is to call `flush`. */
  readonly #ask: () => void;
  readonly #adopted = new Map<Root, { known: Known; sheets: readonly CSSStyleSheet[] }>();
  readonly #due = new Set<Root>();
  /** Sheets that belong to no element, by the number they were told under. */
  #numbers = new Map<CSSStyleSheet, number>();
  /** Of those, what becomes of their texts: the strictest of the roots that adopted one decides. */
  readonly #verdicts = new WeakMap<CSSStyleSheet, Verdict>();
  #last: number;
  readonly #steps = new Map<CSSStyleSheet, (Step | Declaration)[]>();
  /** Whose rules have been told once, as part of an element. */
  readonly #told = new WeakSet<CSSStyleSheet>();
  readonly #whole = new Set<CSSStyleSheet>();
  /** Told as empty, as there was no sheet yet; perhaps there never is. */
  readonly #unread = new Set<HTMLStyleElement>();
  /** Loads where scripts make or change any rule. */
  #rules: RuleWatch | undefined;
  readonly #late = new Late(async () => {
    const { RuleWatch } = await import('./RuleWatch.ts');
    this.#rules = new RuleWatch(this.#adopted, (sheet, step) => this.#step(sheet, step));
  });
  /** Held: of a sheet that nobody holds browsers make another object. */
  readonly #off = new Set<CSSStyleSheet>();
  readonly #undos: (() => void)[] = [];

  constructor(index: NodeIndex, describer: Describer, ask: () => void, firstId: number) {
    this.#last = firstId;
    this.#index = index;
    this.#describer = describer;
    this.#ask = ask;
    describer.onSheet = (sheet) => {
      this.#told.add(sheet);
      this.#off[sheet.disabled ? 'add' : 'delete'](sheet);
      this.#steps.delete(sheet);
      this.#whole.delete(sheet);
    };
    describer.onNoSheet = (style) => this.#unread.add(style);
  }

  /** A window’s scripts change sheets by its own prototypes. */
  watch(view: Window & typeof globalThis): void {
    const undo = watchRules(view, {
      inserted: (sheet, rule, index) => this.#step(sheet, { adds: [{ rule, index }] }),
      deleted: (sheet, index) => this.#step(sheet, { removes: [{ index }] }),
      styled: (rule, { sheet, path: index }, change) => {
        this.#rules?.told(rule);
        this.#step(sheet, { source: Source.styleDeclaration, index, ...change });
      },
      replaced: (sheet) => {
        this.#isChanged(sheet);
        if (!this.#placeOf(sheet)) return;
        this.#whole.add(sheet);
        this.#ask();
      },
    });
    this.#undos.push(undo);
  }

  enter(root: Root, known: Known): void {
    this.#adopted.set(root, { known, sheets: [] });
    this.#due.add(root);
  }

  leave(root: Root): void {
    this.#adopted.delete(root);
    this.#due.delete(root);
  }

  /** Whether anything is to be told that no event tells: other sheets are adopted, or at work. */
  look(): boolean {
    this.#rules?.look();
    for (const sheet of sheetsOf(document)) {
      if (sheet.disabled === this.#off.has(sheet)) continue;
      this.#off[sheet.disabled ? 'add' : 'delete'](sheet);
      this.#whole.add(sheet);
    }
    this.#lookAtUnread();
    return this.#lookAtAdopted() || this.#whole.size > 0 || this.#steps.size > 0;
  }

  #lookAtUnread(): void {
    for (const style of this.#unread) {
      if (style.isConnected && !style.sheet) continue;
      this.#unread.delete(style);
      if (style.sheet) this.#whole.add(style.sheet);
    }
  }

  #lookAtAdopted(): boolean {
    for (const [root, { sheets }] of this.#adopted) {
      if (!isSame(adoptedOf(root), sheets)) this.#due.add(root);
    }
    return this.#due.size > 0;
  }

  hasTold(sheet: CSSStyleSheet | null): boolean {
    return sheet !== null && this.#told.has(sheet);
  }

  flush(): PageEvent[] {
    if (this.#adopted.size <= FEW_ROOTS) this.#lookAtAdopted();
    this.#lookAtUnread();
    const events = [...this.#wholes(), ...this.#changes(), ...this.#adoptions()];
    this.#whole.clear();
    this.#steps.clear();
    this.#due.clear();
    return events;
  }

  clear(): void {
    this.#adopted.clear();
    this.#due.clear();
    this.#numbers = new Map();
    this.#steps.clear();
    this.#whole.clear();
    this.#unread.clear();
    this.#off.clear();
  }

  stop(): void {
    this.clear();
    for (const undo of this.#undos.splice(0)) undo();
  }

  #isChanged(sheet: CSSStyleSheet): void {
    changed.add(sheet);
    if (!this.#rules) this.#late.get().catch(() => {});
  }

  #placeOf(sheet: CSSStyleSheet): Place | undefined {
    const owner = sheet.ownerNode as Node | null;
    const id = owner ? this.#index.get(owner)?.id : undefined;
    if (id !== undefined) return { id };
    const styleId = this.#numbers.get(sheet);
    return styleId === undefined ? undefined : { styleId };
  }

  #step(sheet: CSSStyleSheet, step: Step | Declaration): void {
    this.#isChanged(sheet);
    if (!this.#placeOf(sheet)) return;
    const steps = this.#steps.get(sheet);
    const last = steps?.at(-1);
    if (last && isStep(last) && last.adds && isStep(step) && step.adds) last.adds.push(...step.adds);
    else if (steps) steps.push(step);
    else this.#steps.set(sheet, [step]);
    this.#ask();
  }

  #wholes(): PageEvent[] {
    return [...this.#whole].flatMap((sheet) => {
      this.#steps.delete(sheet);
      const place = this.#placeOf(sheet);
      if (!place) return [];
      if ('styleId' in place)
        return [incremental({ source: Source.styleSheetRule, ...place, replaceSync: this.#text(sheet) } as never)];
      const known = this.#index.byId(place.id);
      if (!known) return [];
      const changes = noChanges();
      changes.attributes.push({ id: place.id, attributes: this.#describer.style(known.node as Element, known) });
      return [mutation(changes)];
    });
  }

  #changes(): PageEvent[] {
    return [...this.#steps].flatMap(([sheet, steps]) => {
      const place = this.#placeOf(sheet);
      if (!place) return [];
      return steps.map((step) => {
        if (!isStep(step)) return incremental({ ...step, ...this.#declared(step, sheet), ...place } as incrementalData);
        const adds = step.adds?.map(({ rule, index }) => ({ rule: this.#css(rule, sheet), index }));
        return incremental({
          source: Source.styleSheetRule,
          ...place,
          ...step,
          ...(adds && { adds }),
        } as styleSheetRuleData);
      });
    });
  }

  #adoptions(): PageEvent[] {
    const events: PageEvent[] = [];
    for (const root of this.#due) {
      const entry = this.#adopted.get(root);
      const now = adoptedOf(root);
      if (!entry || isSame(now, entry.sheets)) continue;
      const { known } = entry;
      entry.sheets = [...now];
      for (const sheet of entry.sheets) {
        this.#verdicts.set(sheet, stricter(this.#verdicts.get(sheet) ?? known.verdict, known.verdict));
      }
      const styles = entry.sheets.flatMap((sheet) => (this.#numbers.has(sheet) ? [] : this.#tell(sheet)));
      const styleIds = entry.sheets.flatMap((sheet) => this.#numbers.get(sheet) ?? []);
      events.push(
        incremental({ source: Source.adoptedStyleSheet, id: known.id, styleIds, ...(styles.length > 0 && { styles }) }),
      );
    }
    return events;
  }

  #tell(sheet: CSSStyleSheet) {
    this.#isChanged(sheet);
    const styleId = ++this.#last;
    this.#numbers.set(sheet, styleId);
    const rules = [...sheet.cssRules].map(({ cssText }, index) => ({ rule: this.#css(cssText, sheet), index }));
    return [{ styleId, rules }];
  }

  #text(sheet: CSSStyleSheet): string {
    return this.#css(rulesOf(sheet) ?? '', sheet);
  }

  /** A declaration as it may leave: its value alone does not say what it is for. */
  #declared({ set }: Declaration, sheet: CSSStyleSheet): Pick<styleDeclarationData, 'set'> {
    if (!set?.value) return {};
    const name = `${set.property}:`;
    return { set: { ...set, value: this.#css(name + set.value, sheet).slice(name.length) } };
  }

  #css(text: string, sheet: CSSStyleSheet): string {
    const owner = sheet.ownerNode as Element | null;
    const verdict = owner ? this.#index.get(owner)?.verdict : this.#verdicts.get(sheet);
    return this.#describer.css(text, sheet.href ?? owner?.baseURI ?? document.baseURI, verdict);
  }
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, at) => item === other[at]);

const isStep = (step: Step | Declaration): step is Step => !('source' in step);
