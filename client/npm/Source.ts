import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  type Class,
  type Directive,
  type Expression,
  type Function as FunctionNode,
  parseSync,
  type Statement,
  type TSInterfaceDeclaration,
  type TSTypeAliasDeclaration,
} from 'oxc-parser';

const root = resolve(import.meta.dirname, '../..');

interface Node {
  start: number;
  end: number;
}

/** What makes a type at the top of a source. */
export type DeclaredType =
  | { kind: 'interface'; node: TSInterfaceDeclaration; doc: string }
  | { kind: 'alias'; node: TSTypeAliasDeclaration; doc: string }
  | { kind: 'class'; node: Class; doc: string };

interface DeclaredValue {
  value: Expression;
  doc: string;
}

/** A file of the house as far as its types and schemas go. */
export class Source {
  readonly path: string;
  readonly text: string;
  /** Types, values and functions may have the same name. */
  readonly types = new Map<string, DeclaredType>();
  readonly values = new Map<string, DeclaredValue>();
  /** Those that are exported. */
  readonly functions = new Map<string, { node: FunctionNode; doc: string }>();
  readonly #imports = new Map<string, string>();
  /** By where they end. */
  readonly #docs = new Map<number, string>();
  static readonly #read = new Map<string, Source>();

  private constructor(path: string) {
    this.path = path;
    this.text = readFileSync(path, 'utf8');
    const { program, comments } = parseSync(path, this.text);
    for (const { value, start, end } of comments) {
      if (value.startsWith('*')) this.#docs.set(end, this.text.slice(start, end));
    }
    for (const statement of program.body) {
      if (statement.type === 'ImportDeclaration') {
        for (const { local } of statement.specifiers) this.#imports.set(local.name, statement.source.value);
      }
      const isExported = statement.type === 'ExportNamedDeclaration';
      this.#declare((isExported ? statement.declaration : statement) as Directive | Statement | null, {
        doc: this.docOf(statement),
        isExported,
      });
    }
  }

  static read(path: string): Source {
    const known = Source.#read.get(path) ?? new Source(path);
    Source.#read.set(path, known);
    return known;
  }

  /** The source that declares what this one calls so; undefined for what is the language's own. */
  home(name: string): Source | undefined {
    if (this.types.has(name) || this.values.has(name)) return this;
    const from = this.#imports.get(name);
    if (!from?.startsWith('#') && !from?.startsWith('.')) return undefined;
    return Source.read(from.startsWith('#') ? resolve(root, from.slice(1)) : resolve(dirname(this.path), from));
  }

  textOf({ start, end }: Node): string {
    return this.text.slice(start, end);
  }

  /** The comment that stands right before a node, or nothing. */
  docOf({ start }: Node): string {
    const end = this.text.slice(0, start).trimEnd().length;
    const doc = this.#docs.get(end)?.replace(/\n\s*/g, '\n ');
    return doc ? `${doc}\n` : '';
  }

  #declare(node: Directive | Statement | null, { doc, isExported }: { doc: string; isExported: boolean }): void {
    switch (node?.type) {
      case 'TSInterfaceDeclaration':
        this.types.set(node.id.name, { kind: 'interface', node, doc });
        break;
      case 'TSTypeAliasDeclaration':
        this.types.set(node.id.name, { kind: 'alias', node, doc });
        break;
      case 'ClassDeclaration':
        if (node.id) this.types.set(node.id.name, { kind: 'class', node, doc });
        break;
      case 'FunctionDeclaration':
        if (node.id && isExported) this.functions.set(node.id.name, { node, doc });
        break;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          if (id.type === 'Identifier' && init) this.values.set(id.name, { value: init, doc });
        }
    }
  }
}
