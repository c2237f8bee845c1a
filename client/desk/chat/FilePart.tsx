import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { fileSize } from '../../ui/fileSize.ts';
import { plainName } from '../../ui/plainName.ts';
import { Icon } from '../parts/Icon.tsx';
import { locale, texts } from '../texts/texts.ts';

/** As in the contract: what browsers may show in place. */
const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** A picture in place, any other file to download, or how far an upload is. */
export function FilePart({ message: { file, upload, state } }: { message: ShownMessage }) {
  if (file) {
    const picture = pictures.includes(file.type);
    // Only ever a path on this server, whatever else might stand there.
    const href = file.path.startsWith('/files/') ? file.path : undefined;
    return (
      <a class={picture ? 'picture' : 'file'} href={href} target="_blank" rel="noopener noreferrer" data-test="file">
        {picture && href ? (
          <img src={href} alt={plainName(file.name)} loading="lazy" />
        ) : (
          <FileFace name={file.name} size={file.size} />
        )}
      </a>
    );
  }
  if (!upload) return null;
  const percent = Math.round(upload.progress * 100);
  return (
    <div class="file">
      <FileFace name={upload.name} size={upload.size} />
      {state === 'sending' && (
        <progress max={100} value={percent} aria-label={texts.chat.uploading(percent)}>
          {percent} %
        </progress>
      )}
    </div>
  );
}

function FileFace({ name, size }: { name: string; size: number }) {
  return (
    <>
      <Icon name="file" />
      <span class="file-name">{plainName(name)}</span>
      <small>{fileSize(size, locale)}</small>
    </>
  );
}
