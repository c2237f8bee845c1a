import type { Argument, CallExpression, Expression, ObjectExpression } from 'oxc-parser';
import type { Source } from './Source.ts';

/** What a page writes, or what it gets: before or after defaults and transforms. */
export type Side = 'input' | 'output';

interface Field {
  doc: string;
  type: string;
  optional: boolean;
}

type Fields = Map<string, Field>;

/** What says more of a value than its type can. */
const unseen = new Set('brand finite int max min overwrite pipe refine regex toLowerCase trim'.split(' '));

const plain: Readonly<Record<string, string>> = {
  string: 'string',
  datetime: 'string',
  number: 'number',
  boolean: 'boolean',
};

/** Writes the types of the contract's schemas down, comments included; what it does not know it does not guess. */
export class SchemaTypes {
  readonly #name: (source: Source, name: string) => string;

  /** `name` answers how a type that has a name is to be called. */
  constructor(name: (source: Source, name: string) => string) {
    this.#name = name;
  }

  typeOf(schema: Expression, source: Source, side: Side): string {
    return this.#field(schema, source, side).type;
  }

  #field(schema: Expression, source: Source, side: Side): Omit<Field, 'doc'> {
    const fields = this.#fields(schema, source, side);
    if (fields) return { type: written(fields), optional: false };
    if (schema.type === 'Identifier') {
      const { at, value } = this.#value(schema.name, source);
      if (side === 'output' && at.types.has(schema.name)) return { type: this.#name(at, schema.name), optional: false };
      return this.#field(value, at, side);
    }
    const own = this.#own(schema, source);
    if (own) return this.#field(own.value, own.at, side);
    const { receiver, verb, call } = this.#call(schema, source);
    if (!receiver) return { type: this.#made(verb, call, source, side), optional: false };
    const of = this.#field(receiver, source, side);
    switch (verb) {
      case 'optional':
        return { ...of, optional: true };
      case 'nullish':
        return { type: `${of.type} | null`, optional: true };
      case 'transform': {
        const [by] = call.arguments;
        return side === 'output' && by?.type === 'Identifier' && by.name === 'String' ? { ...of, type: 'string' } : of;
      }
      default:
        if (unseen.has(verb)) return of;
        throw this.#unknown(schema, source);
    }
  }

  /** Of `z.verb(…)`. */
  #made(verb: string, { arguments: inputs }: CallExpression, source: Source, side: Side): string {
    const type = (input: Argument | undefined) => this.typeOf(input as Expression, source, side);
    const elements = (input: Argument | undefined) =>
      input?.type === 'ArrayExpression' ? (input.elements as Expression[]) : [];
    switch (verb) {
      case 'enum':
        return elements(inputs[0])
          .map((element) => source.textOf(element))
          .join(' | ');
      case 'literal':
        return source.textOf(inputs[0] as Argument);
      case 'array': {
        const of = type(inputs[0]);
        return /^\w+$/.test(of) ? `${of}[]` : `Array<${of}>`;
      }
      case 'record':
        return `Record<${type(inputs[0])}, ${type(inputs[1])}>`;
      case 'union':
      case 'discriminatedUnion':
        return elements(inputs.find(({ type: kind }) => kind === 'ArrayExpression'))
          .map((element) => type(element))
          .join(' | ');
      case 'json':
        return 'Json';
    }
    const known = plain[verb];
    if (known) return known;
    throw new Error(`${source.path}: the package's types do not know z.${verb}`);
  }

  /** Of an object's schema; undefined if it is none. */
  #fields(schema: Expression, source: Source, side: Side): Fields | undefined {
    if (schema.type === 'Identifier' || this.#own(schema, source)) return undefined;
    const { receiver, verb, call } = this.#call(schema, source);
    const [input] = call.arguments;
    if (!receiver) return verb === 'object' ? this.#listed(input as ObjectExpression, source, side) : undefined;
    switch (verb) {
      case 'extend':
        return new Map([...this.#fieldsOf(receiver, source, side), ...this.#added(input, source, side)]);
      case 'partial': {
        const all = [...this.#fieldsOf(receiver, source, side)];
        return new Map(all.map(([name, field]) => [name, { ...field, optional: true }]));
      }
      default:
        return undefined;
    }
  }

  #fieldsOf(schema: Expression, source: Source, side: Side): Fields {
    if (schema.type === 'Identifier') {
      const { at, value } = this.#value(schema.name, source);
      return this.#fieldsOf(value, at, side);
    }
    const fields = this.#fields(schema, source, side);
    if (!fields) throw this.#unknown(schema, source);
    return fields;
  }

  /** Listed, or the shape of another schema. */
  #added(input: Argument | undefined, source: Source, side: Side): Fields {
    if (input?.type !== 'MemberExpression') return this.#listed(input as ObjectExpression, source, side);
    const { object, property } = input;
    if (property.type !== 'Identifier' || property.name !== 'shape') throw this.#unknown(input, source);
    return this.#fieldsOf(object as Expression, source, side);
  }

  #listed(object: ObjectExpression, source: Source, side: Side): Fields {
    return new Map(
      object.properties.map((property): [string, Field] => {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') throw this.#unknown(object, source);
        const field = this.#field(property.value as Expression, source, side);
        return [property.key.name, { doc: source.docOf(property), ...field }];
      }),
    );
  }

  /** What a function of the contract's own makes, such as `Line(100)`. */
  #own(schema: Expression, source: Source): { at: Source; value: Expression } | undefined {
    if (schema.type !== 'CallExpression' || schema.callee.type !== 'Identifier') return undefined;
    const { at, value } = this.#value(schema.callee.name, source);
    if (value.type !== 'ArrowFunctionExpression' || !value.expression) throw this.#unknown(schema, source);
    return { at, value: value.body as Expression };
  }

  /** A call's verb, and on what: nothing, where it begins with `z`. */
  #call(schema: Expression, source: Source): { receiver?: Expression; verb: string; call: CallExpression } {
    if (schema.type === 'CallExpression' && schema.callee.type === 'MemberExpression') {
      const { object, property } = schema.callee;
      if (property.type === 'Identifier') {
        const begins = /^z(\.iso)?$/.test(source.textOf(object));
        return { ...(!begins && { receiver: object }), verb: property.name, call: schema };
      }
    }
    throw this.#unknown(schema, source);
  }

  #value(name: string, source: Source): { at: Source; value: Expression } {
    const at = source.home(name);
    const declared = at?.values.get(name);
    if (!at || !declared) throw new Error(`${source.path}: the package's types do not find ${name}`);
    return { at, value: declared.value };
  }

  #unknown(schema: { start: number; end: number }, source: Source): Error {
    return new Error(`${source.path}: the package's types do not understand ${source.textOf(schema)}`);
  }
}

function written(fields: Fields): string {
  const lines = [...fields].flatMap(([name, { doc, type, optional }]) =>
    `${doc}${name}${optional ? '?' : ''}: ${type}${optional ? ' | undefined' : ''};`.split('\n'),
  );
  return `{\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
}
