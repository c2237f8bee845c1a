import type { ObjectLiteral } from 'typeorm';
import type { Field } from './fields.ts';

interface Statement {
  readonly sql: string;
  /** Which parameters it takes, by place. */
  readonly names: readonly string[];
}

/** More come to be only where lists of ever other lengths are looked for. */
const MAX_KEPT = 200;

const NAMES = /\brow\.(\w+)|(?<![:\w]):(\.\.\.)?([a-z]\w*)/gi;

/**
 * SQL as it is written here, with `row.property`, `:parameter` and `:...list`, made into what the drivers take. One
 * text is made once, and is the same text ever after, so that the database need not prepare it again either.
 */
export class Statements {
  readonly #names: ReadonlyMap<string, string>;
  readonly #kept = new Map<string, Statement>();

  constructor(fields: readonly Field[]) {
    this.#names = new Map(fields.map(({ property, name }) => [property, name]));
  }

  bind(text: string, parameters: ObjectLiteral, postgres: boolean): { sql: string; values: unknown[] } {
    const key = keyOf(text, parameters, postgres);
    let statement = this.#kept.get(key);
    if (!statement) {
      statement = this.#write(text, parameters, postgres);
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(key, statement);
    }
    const values: unknown[] = [];
    for (const name of statement.names) {
      const value: unknown = parameters[name];
      if (Array.isArray(value)) values.push(...value);
      else values.push(value ?? null);
    }
    return { sql: statement.sql, values };
  }

  #write(text: string, parameters: ObjectLiteral, postgres: boolean): Statement {
    const names: string[] = [];
    let count = 0;
    const place = () => {
      count++;
      return postgres ? `$${count}` : '?';
    };
    const sql = text.replace(NAMES, (_, property: string | undefined, list: string | undefined, name: string) => {
      if (property !== undefined) return `row."${this.#names.get(property) ?? property}"`;
      names.push(name);
      if (!list) return place();
      // An empty list is not SQL; nothing equals NULL.
      return (parameters[name] as unknown[]).map(place).join(', ') || 'NULL';
    });
    return { sql, names };
  }
}

function keyOf(text: string, parameters: ObjectLiteral, postgres: boolean): string {
  let key = postgres ? `$${text}` : text;
  for (const name in parameters) {
    const value: unknown = parameters[name];
    if (Array.isArray(value)) key += ` ${value.length}`;
  }
  return key;
}
