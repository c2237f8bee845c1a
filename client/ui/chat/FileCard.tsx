import { useState } from 'preact/hooks';
import type { FileView } from '#protocol/files.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { Icon } from '../Icons.tsx';
import { plainName } from '../plainName.ts';
import { ChatIcon } from './ChatIcon.tsx';
import type { Words } from './Words.ts';

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

/** A picture in a box of fixed shape, so that nothing moves when it has come; any other file to be downloaded. */
export function FileCard({ file, host, words }: { file: FileView; host: string; words: Words }) {
  const [broken, setBroken] = useState(false);
  const name = plainName(file.name);
  const href = host + file.path;
  const link = { target: '_blank', rel: 'noopener noreferrer nofollow' };
  if (PICTURE.test(file.type) && !broken) {
    return (
      <a class="picture" href={href} {...link}>
        <img
          src={href}
          alt={words.say('picture', { name })}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
        />
      </a>
    );
  }
  return (
    <a class="file" href={href} {...link} title={words.say('download', { name })} download={name}>
      <ChatIcon name="file" />
      <Facts name={name} facts={[kindOf(file), words.size(file.size)]} />
      <ChatIcon name="down" />
    </a>
  );
}

/** A file on its way. */
export function UploadCard(props: {
  upload: NonNullable<ShownMessage['upload']>;
  state: ShownMessage['state'];
  words: Words;
  cancel(): void;
}) {
  const { upload, state, words, cancel } = props;
  const name = plainName(upload.name);
  const percent = Math.round(upload.progress * 100);
  return (
    <div class="file">
      <ChatIcon name="file" />
      <Facts name={name} facts={[words.size(upload.size)]} />
      {state === 'sending' && (
        <>
          <button
            type="button"
            class="btn bare"
            aria-label={words.say('cancel', { name })}
            title={words.say('cancel', { name })}
            onClick={cancel}
          >
            <Icon name="close" />
          </button>
          <progress max={100} value={percent} aria-label={name} />
        </>
      )}
    </div>
  );
}

function Facts({ name, facts }: { name: string; facts: readonly string[] }) {
  return (
    <span class="facts">
      <b dir="auto">{name}</b>
      <small>{facts.filter(Boolean).join(' · ')}</small>
    </span>
  );
}

/** As the server found it in the bytes, if that has a short name; the name's ending else. */
function kindOf({ type, name }: FileView): string {
  const found = type.split('/')[1] ?? '';
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? '';
  return (/^[a-z0-9]{2,5}$/i.test(found) && found !== 'plain' ? found : ending).toUpperCase();
}
