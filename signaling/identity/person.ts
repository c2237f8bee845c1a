import { CvError } from '#protocol/errors.ts';
import type { Customer } from '#protocol/identity.ts';
import type { Person } from '#protocol/person.ts';
import { type Contact, type PersonChange, type Tag, tagProperties } from '#protocol/tag.ts';

/** What may be added to one person in the course of time: all of it goes to every agent who lists users. */
const MAX_DATA_KEYS = 100;
const MAX_DATA_CHARS = 32 * 1024;

const identifiers: readonly string[] = ['id', 'email'];
/** Nobody but the site says these of a person whom a signature made: they stand beside the sign that says so. */
const names = ['firstname', 'lastname', 'gender'] as const;

/** `signed`: properties, and keys of the data, that a token or the site's own server has given. */
export type Known = Person & { signed: string[] };

export const nobody = (): Known => ({ labels: [], additionalTaggingData: {}, verified: false, signed: [] });

/** Known by neither id nor email: nobody else can be this one. */
export const isAnonymous = ({ id, email }: Pick<Person, 'id' | 'email'>): boolean =>
  id === undefined && email === undefined;

export function applyTag<P extends Person>(person: P, change: Tag | PersonChange): P {
  const { additionalTaggingData, labels, ...properties } = change;
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const data = additionalTaggingData === null ? {} : { ...person.additionalTaggingData };
  for (const [key, value] of Object.entries(additionalTaggingData ?? {})) {
    if (isProperty(key)) continue;
    if (value === null) delete data[key];
    else data[key] = value;
  }
  if (Object.keys(data).length > MAX_DATA_KEYS || JSON.stringify(data).length > MAX_DATA_CHARS) {
    throw new CvError(
      'INVALID_INPUT',
      `additionalTaggingData: at most ${MAX_DATA_KEYS} keys and ${MAX_DATA_CHARS} characters a person; null deletes a key.`,
    );
  }
  return {
    ...person,
    ...Object.fromEntries(given.map(([name, value]) => [name, value || undefined])),
    labels: labels === undefined ? person.labels : (labels ?? []),
    additionalTaggingData: data,
  };
}

/** What a token or the site's own server says: it stays until one of them says otherwise. */
export function vouch<P extends Known>(person: P, change: Tag | PersonChange): P {
  const after = applyTag(person, change);
  const properties = given(change).filter((name) => !identifiers.includes(name));
  const signed = [...new Set([...person.signed, ...properties, ...keys(change)])];
  // Of what is no more the latest names are enough.
  const gone = signed.filter((name) => !isProperty(name) && !Object.hasOwn(after.additionalTaggingData, name));
  const forgotten = new Set(gone.slice(0, -MAX_DATA_KEYS));
  return { ...after, signed: signed.filter((name) => !forgotten.has(name)) };
}

/**
 * What a page says by itself: of a verified person neither who it is, nor anything else than the site has said. Of
 * anybody else it may say all, and what it says is not the site's word any more.
 */
export function claim<P extends Known>(person: P, tag: Tag): P {
  if (!person.verified) {
    const said = new Set([...given(tag), ...keys(tag)]);
    return { ...applyTag(person, tag), signed: person.signed.filter((name) => !said.has(name)) };
  }
  const kept = new Set<string>([...identifiers, ...names, ...person.signed]);
  const free = <T extends object>(said: T) =>
    Object.fromEntries(Object.entries(said).filter(([name]) => !kept.has(name)));
  const additionalTaggingData = free(tag.additionalTaggingData ?? {}) as Person['additionalTaggingData'];
  return applyTag(person, { ...free(tag), additionalTaggingData });
}

/** Nobody's browser turns out to be a verified person's: what it said of itself does not go along. */
export function unclaimed<P extends Known>(person: P): P {
  const { signed, labels, additionalTaggingData } = person;
  const claimed = names.filter((name) => !signed.includes(name));
  const data = Object.entries(additionalTaggingData).filter(([key]) => signed.includes(key));
  return {
    ...person,
    ...Object.fromEntries(claimed.map((name) => [name, undefined])),
    labels: signed.includes('labels') ? labels : [],
    additionalTaggingData: Object.fromEntries(data),
  };
}

/**
 * What somebody says of how to reach them, where the site has said nothing. Never their email, by which people are
 * found: it names nobody, and nobody is found by it.
 */
export function withContact<P extends Known>(person: P, { name, email }: Contact): P {
  const isFree = (key: string) => !person.signed.includes(key);
  const isNameless = isAnonymous(person) && !person.firstname && !person.lastname && isFree('firstname');
  const additionalTaggingData = {
    ...(name !== undefined && !isNameless && isFree('contactName') && { contactName: name }),
    ...(email !== undefined && isFree('contactEmail') && { contactEmail: email }),
  };
  return { ...person, ...applyTag(person, { firstname: isNameless ? name : undefined, additionalTaggingData }) };
}

/** The person without what the server keeps for itself. */
export function publicPerson(person: Person): Person {
  const { id, email, firstname, lastname, gender, labels, assignedUser, team, additionalTaggingData, verified } =
    person;
  return { id, email, firstname, lastname, gender, labels, assignedUser, team, additionalTaggingData, verified };
}

export const publicCustomer = (customer: Customer): Customer => ({
  ...publicPerson(customer),
  customerId: customer.customerId,
});

/** The properties that are said of somebody. */
const given = ({ additionalTaggingData: _, ...properties }: Tag | PersonChange): string[] =>
  Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [name]));

const keys = ({ additionalTaggingData }: Tag | PersonChange): string[] =>
  Object.keys(additionalTaggingData ?? {}).filter((key) => !isProperty(key));

const isProperty = (name: string): boolean => (tagProperties as readonly string[]).includes(name);
