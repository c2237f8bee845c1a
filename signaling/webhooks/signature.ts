import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** 256 bits, in the form that Standard Webhooks' libraries take. */
export const newSigningSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** The headers of one try: the id is the same at every try, time and signature are the try's own. */
export function signedHeaders(secret: string, id: string, payload: string, at: Date): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, payload),
  };
}
