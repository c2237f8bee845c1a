import { z } from 'zod';
import { Email, ExactEmail, idOrNumber, NumberAsText } from './ids.ts';
import { bare, plainText } from './text.ts';

/** The properties a tag may carry; `additionalTaggingData` may not shadow them. */
export const tagProperties = [
  'id',
  'email',
  'firstname',
  'lastname',
  'gender',
  'labels',
  'assignedUser',
  'additionalTaggingData',
  'externalToken',
] as const;

const Property = (max: number) =>
  z
    .string()
    .max(max)
    .overwrite((text) => plainText(text).trim());

/** Zero-width, but for those that join letters and emoji. */
const UNSEEN = /[\u200b\u2060\ufeff]/g;
const cleaned = (label: string): string => plainText(label).replace(UNSEEN, '').replace(/\s+/g, ' ').trim();

/** Lists are made by splitting texts and joining tables: an empty label says nothing, and a repeated one nothing more. */
const Labels = z
  .array(z.string().overwrite(cleaned).max(100))
  .max(50)
  .overwrite((labels) => [...new Set(labels)].filter((label) => label !== ''));

const AdditionalData = z
  .record(z.string().min(1).max(100), z.json())
  .refine((data) => Object.keys(data).length <= 100, 'at most 100 keys');

const Id = z.union([z.string().overwrite(bare).min(1).max(200), NumberAsText], idOrNumber);
const isExact = (id: string): boolean => bare(id) === id;
/** Of somebody who vouches for it: cleaned, it would be another one's. */
const ExactId = z.union(
  [
    z.string().min(1).max(200).refine(isExact, 'an id has no blanks around it and no invisible characters'),
    NumberAsText,
  ],
  idOrNumber,
);

const About = z.object({
  firstname: Property(200).nullish(),
  lastname: Property(200).nullish(),
  gender: Property(50).nullish(),
  /** At most 50, in place of those of before. */
  labels: Labels.nullish(),
  /** Email of the agent whose the person is; null: nobody's. */
  assignedUser: Email.nullish(),
  /** At most 100 keys, added to those of before; null deletes one. */
  additionalTaggingData: AdditionalData.nullish(),
});
const Vouched = About.extend({ id: ExactId.nullish(), email: ExactEmail.nullish() });

const GivenTag = About.extend({
  /** The site's own id of the person. */
  id: Id.nullish(),
  email: Email.nullish(),
  /** A JWT (HS256, HS384, HS512) whose claims win over the rest of the tag; another id or email is not taken beside it. */
  externalToken: z.string().min(1).max(8192).nullish(),
});

/** What a page knows of its signed-in user; empty fields count as left out, a number as id as its decimal text. */
export type GivenTag = z.input<typeof GivenTag>;

/**
 * Tags are made of records that have empty fields: those say nothing, nor do those that are empty once they are
 * cleaned. `assignedUser: null` takes the assignment away.
 */
const filled = <T extends z.ZodType<object>>(tag: T): z.ZodType<Filled<z.output<T>>, z.input<T>> =>
  z.preprocess(withoutEmpty, tag).transform(withoutEmpty) as z.ZodType as z.ZodType<Filled<z.output<T>>, z.input<T>>;
type Filled<T> = { [K in keyof T]: K extends 'assignedUser' ? T[K] : Exclude<T[K], null> };

function withoutEmpty(tag: unknown): unknown {
  if (typeof tag !== 'object' || tag === null || Array.isArray(tag)) return tag;
  const isSaid = ([name, value]: [string, unknown]) => value !== '' && (value !== null || name === 'assignedUser');
  return Object.fromEntries(Object.entries(tag).filter(isSaid));
}

/**
 * `CV.user.tag` (seeds 000, 001, 003): everything optional, added to the existing browser session; null and empty text
 * count as left out, but for `assignedUser: null`. A number as id counts as its decimal text. In
 * `additionalTaggingData` keys equal to a user property are ignored and null deletes a key.
 *
 * With `externalToken`, the proof that sites in `identity.mode` signed demand: a JWT whose claims are the tag.
 */
export const PageTag = filled(GivenTag);
export type PageTag = z.infer<typeof PageTag>;

/** What a signature or the site's own server says of somebody. Who it is stands there as it is meant, or it is refused. */
export const Tag = filled(Vouched);
export type Tag = z.infer<typeof Tag>;

/** null takes away what is known, as does an empty name; what is left out stays. */
export const PersonChange = Vouched.strict();
export type PersonChange = z.infer<typeof PersonChange>;

/** Where somebody who writes wants to be answered: a claim that names nobody. */
export const Contact = z
  .object({ name: Property(200).pipe(z.string().min(1)).optional(), email: Email.optional() })
  .refine(({ name, email }) => name !== undefined || email !== undefined, 'a name or an email');
export type Contact = z.infer<typeof Contact>;
