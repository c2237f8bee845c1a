const integer = (description: string) => ({ description, schema: { type: 'integer' } });

/** What answers carry beside their body. */
export const answerHeaders = {
  'RateLimit-Limit': integer('Requests in a minute that the tightest limit of this caller allows'),
  'RateLimit-Remaining': integer('How many of them are left'),
  'RateLimit-Reset': integer('Seconds until they are counted anew'),
  'Retry-After': integer('Seconds after which it makes sense to try again'),
  'Idempotent-Replayed': {
    description: 'This is the first answer again: nothing was done this time',
    schema: { type: 'string', enum: ['true'] },
  },
};

export const headerRefs = (...names: (keyof typeof answerHeaders)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Names this request, a UUID for example. Sent again with the same key within 24 hours it gets the first answer ' +
    'again, with `Idempotent-Replayed: true`; another request under the key, or one whose first is still under way, is ' +
    'a CONFLICT. What failed with 429 or 5xx may be sent again under its key.',
  schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
};

const problem = (code: string) => ({ $ref: `#/components/responses/${code}` });
const bytes = { 'application/octet-stream': { schema: {} } };

/** Files of messages: bytes, and so beside the routes that the contract describes. See protocol/files.ts. */
export const filePaths = {
  '/files/{site}': {
    post: {
      operationId: 'uploadFile',
      summary: 'Upload a file, to send it with a message: a visitor with its own token, an agent with a user token',
      description:
        'The body is the file. Its type is found in the bytes; pictures, PDF, UTF-8 text, office documents, audio, ' +
        'video and ZIP are taken. A file that no message took up goes after an hour. Pages of the site’s allowed ' +
        'origins may send it.',
      tags: ['files'],
      security: [{ userToken: [] }],
      parameters: [
        { name: 'site', in: 'path', required: true, schema: { type: 'string' } },
        {
          name: 'X-File-Name',
          in: 'header',
          required: false,
          description: 'In UTF-8, percent-encoded',
          schema: { type: 'string' },
        },
      ],
      requestBody: { required: true, content: bytes },
      responses: {
        201: {
          description: 'Done',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/FileView' } } },
        },
        400: problem('INVALID_INPUT'),
        401: problem('UNAUTHENTICATED'),
        403: problem('FORBIDDEN'),
        404: problem('NOT_FOUND'),
        413: problem('PAYLOAD_TOO_LARGE'),
        429: problem('RATE_LIMITED'),
      },
    },
  },
  '/files/{site}/{id}/{key}': {
    get: {
      operationId: 'downloadFile',
      summary: 'A file of a message, by the address that the message gives',
      tags: ['files'],
      security: [],
      parameters: ['site', 'id', 'key'].map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      responses: {
        200: { description: 'The file', content: bytes },
        206: { description: 'The range that was asked for', content: bytes },
        304: { description: 'Not changed' },
        404: { description: 'There is no such file, or not any more' },
        416: { description: 'The file has no such range' },
      },
    },
  },
};
