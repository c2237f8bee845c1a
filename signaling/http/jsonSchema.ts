import { z } from 'zod';
import { Email } from '#protocol/ids.ts';

export type JsonSchema = { [key: string]: unknown };

const HOME = '#/components/schemas/';
const EMAIL = z.toJSONSchema(Email, { io: 'input' }).pattern;
const SHARED = `${HOME}__shared#/$defs/`;

/**
 * JSON Schemas (2020-12) of the given zod schemas by name. A schema that is used inside another becomes a reference;
 * `input` is what a caller sends, `output` what it gets.
 */
export function jsonSchemas(named: ReadonlyMap<string, z.ZodType>, io: 'input' | 'output'): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) if (!registry.has(schema)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => HOME + id,
    // What a transform makes of its input is not known to the schema: any value.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The format says it; the pattern behind it is a screenful.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // Else documentation shows an address made up from the pattern.
      if (jsonSchema.pattern === EMAIL) jsonSchema.examples = ['agent@example.com'];
      // An answer may gain fields without breaking who reads it.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const { __shared, ...rest } = schemas as Record<string, JsonSchema>;
  for (const schema of Object.values(rest)) {
    delete schema.$id;
    delete schema.$schema;
  }
  return hoist(rest, (__shared?.$defs ?? {}) as Record<string, JsonSchema>, io);
}

/** zod puts schemas that refer to themselves in a place OpenAPI does not have: makes them components. */
function hoist(schemas: Record<string, JsonSchema>, shared: Record<string, JsonSchema>, io: string) {
  const all: Record<string, JsonSchema> = { ...schemas };
  const names = new Map<string, string>();
  for (const [id, schema] of Object.entries(shared)) {
    const own = JSON.stringify(schema).replaceAll(SHARED + id, `${HOME}JsonValue`);
    const name = own === JSON_VALUE ? 'JsonValue' : `${io}_${id}`;
    names.set(SHARED + id, HOME + name);
    all[name] = name === 'JsonValue' ? { description: 'Any JSON value', ...schema } : schema;
  }
  return renameRefs(all, names) as Record<string, JsonSchema>;
}

/** The same value with every `$ref` that the map knows renamed. */
function renameRefs(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renameRefs(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string' ? [key, names.get(item) ?? item] : [key, renameRefs(item, names)],
    ),
  );
}

const JSON_VALUE = jsonValueShape();

function jsonValueShape(): string {
  const registry = z.registry<{ id: string }>();
  registry.add(z.object({ any: z.json() }), { id: 'probe' });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => HOME + id });
  const [[id, schema] = ['', {}]] = Object.entries((schemas.__shared?.$defs ?? {}) as Record<string, JsonSchema>);
  return JSON.stringify(schema).replaceAll(SHARED + id, `${HOME}JsonValue`);
}

/** Of the named schemas those that the root refers to, also through each other. */
export function reachable(root: unknown, schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const found = new Set<string>();
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = schemas[name];
      if (!schema || found.has(name)) continue;
      found.add(name);
      pending.push(schema);
    }
  }
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => found.has(name)));
}
