import { CvError } from '#protocol/errors.ts';
import { type Customer, type Person, type Tag, tagProperties } from '#protocol/identity.ts';

/** What may be added to one person in the course of time: all of it goes to every agent who lists users. */
const MAX_DATA_KEYS = 100;
const MAX_DATA_CHARS = 32 * 1024;

export const nobody = (): Person => ({ labels: [], additionalTaggingData: {}, verified: false });

/** Known by neither id nor email: nobody else can be this one. */
export const isAnonymous = ({ id, email }: Pick<Person, 'id' | 'email'>): boolean =>
  id === undefined && email === undefined;

export function applyTag(person: Person, tag: Tag): Person {
  const { additionalTaggingData = {}, assignedUser, ...properties } = tag;
  const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  const data = { ...person.additionalTaggingData };
  for (const [key, value] of Object.entries(additionalTaggingData)) {
    if ((tagProperties as readonly string[]).includes(key)) continue;
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
    ...given,
    assignedUser: assignedUser === undefined ? person.assignedUser : (assignedUser ?? undefined),
    additionalTaggingData: data,
  };
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
