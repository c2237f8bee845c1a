import { CvError } from '#protocol/errors.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { IdentityKeyRecord } from '#signaling/store/Store.ts';
import { actorOf } from './actorOf.ts';
import type { IdentityKeys } from './IdentityKeys.ts';

type KeyRoutes = 'listIdentityKeys' | 'createIdentityKey' | 'deleteIdentityKey';

export function identityKeyRoutes(keys: IdentityKeys): Pick<RestHandlers, KeyRoutes> {
  return {
    listIdentityKeys: async ({ caller }) => ({ items: keys.of(caller.site).map(shown) }),
    createIdentityKey: async ({ caller, body }) => {
      const key = await keys.create(caller.site, actorOf(caller), body);
      return { ...shown(key), secret: key.secret };
    },
    deleteIdentityKey: async ({ caller, params }) => {
      if (await keys.delete(caller.site, actorOf(caller), params.kid)) return undefined;
      throw new CvError('NOT_FOUND', `The site has no identity key ${params.kid}.`);
    },
  };
}

const shown = ({ kid, algorithm, createdAt }: IdentityKeyRecord) => ({
  kid,
  algorithm,
  createdAt: new Date(createdAt).toISOString(),
});
