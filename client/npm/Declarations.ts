import type { Class, Expression, Function as FunctionNode, TSType, TSTypeAliasDeclaration } from 'oxc-parser';
import { SchemaTypes, type Side } from './SchemaTypes.ts';
import { Source } from './Source.ts';

/** What `z.json()` stands for. */
const JSON_TYPE = `/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
`;

/**
 * The package's types: what its entry exports and everything that this names, the contract's schemas as plain types, in
 * one file that needs no other. The compiler could write them only with zod in them.
 */
export class Declarations {
  readonly #homes = new Map<string, Source>();
  readonly #schemas = new SchemaTypes((source, name) => this.#name(source, name));

  static of(entry: string): string {
    return new Declarations().#all(Source.read(entry));
  }

  #all(entry: Source): string {
    const functions = [...entry.functions].map(([name, { node, doc }]) => {
      this.#follow([node.params, node.returnType], entry);
      return `${doc}export declare function ${name}${signature(node, entry)};\n`;
    });
    const types: string[] = [];
    // What is named while it is written is written next.
    for (const [name, home] of this.#homes) types.push(this.#type(name, home));
    const text = [...functions, ...types].join('\n');
    return /\bJson\b/.test(text) ? `${text}\n${JSON_TYPE}` : text;
  }

  /** It becomes a part of the package. */
  #name(source: Source, name: string): string {
    const home = this.#homes.get(name) ?? source;
    if (home !== source) throw new Error(`two types of the package are called ${name}: ${home.path}, ${source.path}`);
    this.#homes.set(name, source);
    return name;
  }

  #type(name: string, source: Source): string {
    const declared = source.types.get(name);
    switch (declared?.kind) {
      case 'interface':
        this.#follow(declared.node, source);
        return `${declared.doc}export ${source.textOf(declared.node)}\n`;
      case 'class':
        return `${declared.doc}export ${this.#instance(name, declared.node, source)}\n`;
      case 'alias':
        return this.#alias(name, declared, source);
      default:
        throw new Error(`${source.path}: the package's types do not find ${name}`);
    }
  }

  #alias(name: string, { node, doc }: { node: TSTypeAliasDeclaration; doc: string }, source: Source): string {
    const from = schemaOf(node.typeAnnotation) ?? listedIn(node.typeAnnotation);
    const made = from && source.values.get(from.name);
    if (!made) {
      this.#follow(node, source);
      return `${doc}export ${source.textOf(node)}\n`;
    }
    const { value } = made;
    const type = from.side ? this.#schemas.typeOf(value, source, from.side) : literals(value, source);
    const isObject = /^\{/.test(type) && !/^\} \|/m.test(type);
    // What a type is made from and the type are one thing to a reader, and have one comment.
    return `${doc || made.doc}export ${isObject ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
  }

  /** Whose it is to make is the widget's: of a class pages know what it has. */
  #instance(name: string, { body, superClass }: Class, source: Source): string {
    const members = body.body.flatMap((member) => {
      if (member.type === 'PropertyDefinition' && member.typeAnnotation) {
        this.#follow(member.typeAnnotation, source);
        return [`${source.docOf(member)}${source.textOf(member)}`];
      }
      if (member.type !== 'MethodDefinition' || member.kind !== 'method') return [];
      this.#follow([member.value.params, member.value.returnType], source);
      return [`${source.docOf(member)}${source.textOf(member.key)}${signature(member.value, source)};`];
    });
    const heritage = superClass ? ` extends ${source.textOf(superClass)}` : '';
    return `interface ${name}${heritage} {\n${members.map((member) => `  ${member}\n`).join('')}}`;
  }

  /** Everything that is named within a piece of source becomes a part of the package. */
  #follow(within: unknown, source: Source): void {
    if (typeof within !== 'object' || within === null) return;
    const { type, typeName, expression } = within as Record<string, { type?: string; name?: string } | undefined>;
    const named = { TSTypeReference: typeName, TSInterfaceHeritage: expression }[String(type)];
    const home = named?.type === 'Identifier' && named.name ? source.home(named.name) : undefined;
    if (home && named?.name) this.#name(home, named.name);
    for (const part of Object.values(within)) this.#follow(part, source);
  }
}

function signature({ params, returnType }: FunctionNode, source: Source): string {
  const inputs = params.map((input) => source.textOf(input)).join(', ');
  return `(${inputs})${returnType ? source.textOf(returnType) : ''}`;
}

/** The value that a type is made from; of a schema there are two. */
interface Origin {
  name: string;
  side?: Side;
}

/** Of `z.infer<typeof Schema>` the schema's name, and whether it is what comes out of it. */
function schemaOf(body: TSType): Origin | undefined {
  if (body.type !== 'TSTypeReference' || body.typeName.type !== 'TSQualifiedName') return undefined;
  const { left, right } = body.typeName;
  const [of] = body.typeArguments?.params ?? [];
  if (left.type !== 'Identifier' || left.name !== 'z' || of?.type !== 'TSTypeQuery') return undefined;
  if (of.exprName.type !== 'Identifier') return undefined;
  return { name: of.exprName.name, side: right.name === 'input' ? 'input' : 'output' };
}

/** Of `(typeof list)[number]` the list's name. */
function listedIn(body: TSType): Origin | undefined {
  if (body.type !== 'TSIndexedAccessType' || body.indexType.type !== 'TSNumberKeyword') return undefined;
  const { objectType } = body;
  const list = objectType.type === 'TSParenthesizedType' ? objectType.typeAnnotation : objectType;
  return list.type === 'TSTypeQuery' && list.exprName.type === 'Identifier' ? list.exprName : undefined;
}

/** Of `['A', 'B'] as const`. */
function literals(list: Expression, source: Source): string {
  if (list.type !== 'TSAsExpression' || list.expression.type !== 'ArrayExpression') {
    throw new Error(`${source.path}: the package's types do not understand ${source.textOf(list)}`);
  }
  return list.expression.elements.map((element) => element && source.textOf(element)).join(' | ');
}
