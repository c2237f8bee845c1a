import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import { Tag } from '#protocol/tag.ts';
import type { IdentityKeyRecord } from '#signaling/store/Store.ts';
import type { IdentityKeys } from './IdentityKeys.ts';

/** Clocks of sites' servers differ a little, seconds. */
const CLOCK_TOLERANCE = 30;

/** `externalToken`: a site's signature vouches for who its user is (RFC 7519). */
export class SignedTags {
  readonly #keys: Pick<IdentityKeys, 'of'>;

  constructor(keys: Pick<IdentityKeys, 'of'>) {
    this.#keys = keys;
  }

  /** The tag that the token's claims give. The key says which algorithm it verifies; the token's word is only compared. */
  async verify(site: SiteId, externalToken: string): Promise<Tag> {
    const { alg, kid } = header(externalToken);
    const ofSite = this.#keys.of(site);
    const named = kid === undefined ? ofSite : ofSite.filter((key) => key.kid === kid);
    if (named.length === 0) {
      throw invalid(
        kid === undefined ? 'this site has no identity key yet' : 'this site has no identity key of its kid',
      );
    }
    const keys = named.filter(({ algorithm }) => algorithm === alg);
    if (keys.length === 0) throw invalid('its alg is not the one of the identity key');
    return tagOf(await claims(externalToken, keys));
  }
}

function header(token: string): { alg: unknown; kid: unknown } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return { alg, kid };
  } catch (cause) {
    throw invalid('it is not a JWT in compact form', cause);
  }
}

/** The claims, if one of the keys made this signature and the token holds now. */
async function claims(token: string, keys: readonly IdentityKeyRecord[]): Promise<JWTPayload> {
  for (const { algorithm, secret } of keys) {
    try {
      const key = new TextEncoder().encode(secret);
      const options = { algorithms: [algorithm], clockTolerance: CLOCK_TOLERANCE };
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      // Only the right key comes to the claims: what is wrong with them is nobody else's matter.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw invalid(reason(error), error);
    }
  }
  throw invalid('no identity key of this site made its signature');
}

function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed') {
    return 'it does not hold yet (nbf): compare the clocks of both servers';
  }
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} does not hold`;
  return 'it is malformed';
}

function tagOf({ sub, ...rest }: JWTPayload): Tag {
  const id = rest['id'] === '' ? sub : (rest['id'] ?? sub);
  const parsed = Tag.safeParse({ ...rest, id });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`its claim ${issue?.path.join('.')} is not valid: ${issue?.message}`);
  }
  if (parsed.data.id === undefined && parsed.data.email === undefined) {
    throw invalid('its claims name neither an id (or sub) nor an email');
  }
  return parsed.data;
}

const invalid = (why: string, cause?: unknown): CvError =>
  new CvError('SIGNATURE_INVALID', `externalToken: ${why}.`, { cause });
