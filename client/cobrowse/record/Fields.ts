import type { Privacy } from '../privacy/Privacy.ts';
import { incremental, mutation, noChanges, type PageEvent, Source } from './events.ts';
import type { Known } from './Known.ts';
import { type Desk, type Listen, type Root, targetOf, type Watcher } from './watcher.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Told {
  known: Known;
  /** What it held, which is the quicker to compare: what may be seen of it has to be worked out. */
  held: string;
  text: string;
  isChecked: boolean;
  isMixed: boolean;
  /** Of a select that takes several: which options are chosen. */
  options: readonly HTMLOptionElement[];
}

/** Fields that one look takes in, at most; a page with more is looked at in turns. */
const AT_ONCE = 500;

/**
 * What fields hold. Scripts, resets, autofill and other radio buttons change that without any event, so all fields are
 * looked at from time to time, and those at once that an event names. What is compared is what may be seen.
 */
export class Fields implements Watcher {
  readonly #desk: Desk;
  readonly #privacy: Privacy;
  readonly #fields = new Map<Field, Told>();
  readonly #touched = new Set<Field>();
  #turn: Iterator<Field> | undefined;

  constructor(desk: Desk, privacy: Privacy) {
    this.#desk = desk;
    this.#privacy = privacy;
  }

  enter(_root: Root, listen: Listen): void {
    const touched = (event: Event) => {
      const target = targetOf(event) as Field | undefined;
      if (target && this.#fields.has(target)) this.touch(target);
    };
    listen('input', touched);
    listen('change', (event) => {
      touched(event);
      // Choosing one radio button gives up another.
      this.look();
    });
    listen('reset', () => queueMicrotask(() => this.look()));
  }

  came(known: Known): void {
    const field = known.node as Field;
    const held = heldBy(field);
    this.#fields.set(field, { known, held, ...this.#privacy.value(field, known.verdict), options: chosen(field) });
  }

  left(known: Known): void {
    this.#fields.delete(known.node as Field);
  }

  touch(field: Field): void {
    this.#touched.add(field);
    this.#desk.ask();
  }

  /** At the next fields in turn; whatever differs is told at the next flush. */
  look(): void {
    for (let count = Math.min(this.#fields.size, AT_ONCE); count > 0; count--) {
      let next = this.#turn?.next();
      if (!next || next.done) {
        this.#turn = this.#fields.keys();
        next = this.#turn.next();
      }
      if (!next.done && this.#differs(next.value)) this.touch(next.value);
    }
  }

  flush(): PageEvent[] {
    const fields = [...this.#touched];
    this.#touched.clear();
    return fields.flatMap((field) => {
      const told = this.#fields.get(field);
      return told && this.#differs(field) ? this.#tell(field, told) : [];
    });
  }

  clear(): void {
    this.#fields.clear();
    this.#touched.clear();
    this.#turn = undefined;
  }

  #differs(field: Field): boolean {
    const told = this.#fields.get(field);
    if (!told) return false;
    const held = heldBy(field);
    if (held !== told.held) {
      const { text, isChecked, isMixed } = this.#privacy.value(field, told.known.verdict);
      if (text !== told.text || isChecked !== told.isChecked || isMixed !== told.isMixed) return true;
      told.held = held;
    }
    const options = chosen(field);
    return options.length !== told.options.length || options.some((option, at) => option !== told.options[at]);
  }

  #tell(field: Field, told: Told): PageEvent[] {
    Object.assign(told, this.#privacy.value(field, told.known.verdict), { held: heldBy(field) });
    const { text, isChecked, isMixed, known } = told;
    const { options } = told;
    told.options = chosen(field);
    if (isMultiple(field)) return this.#choices([...options, ...told.options]);
    return [incremental({ source: Source.input, id: known.id, text, isChecked, isMixed } as never)];
  }

  /** A value cannot say that several are chosen. */
  #choices(options: readonly HTMLOptionElement[]): PageEvent[] {
    const changes = noChanges();
    for (const option of new Set(options)) {
      const known = this.#desk.index.get(option);
      if (!known) continue;
      const shown = this.#privacy.attribute(option, 'selected', 'selected', known.verdict) !== null;
      changes.attributes.push({ id: known.id, attributes: { selected: option.selected && shown ? '' : null } });
    }
    return changes.attributes.length > 0 ? [mutation(changes)] : [];
  }
}

const isMultiple = (field: Field): field is HTMLSelectElement =>
  field.localName === 'select' && (field as HTMLSelectElement).multiple;

const chosen = (field: Field): HTMLOptionElement[] => (isMultiple(field) ? [...field.selectedOptions] : []);

function heldBy(field: Field): string {
  const { checked, indeterminate, value } = field as HTMLInputElement;
  return `${checked ? '+' : ''}${indeterminate ? '~' : ''}${value}`;
}
