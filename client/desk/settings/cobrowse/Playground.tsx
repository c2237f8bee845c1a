import { useEffect, useRef, useState } from 'preact/hooks';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import { MirrorFrame } from '../../../cobrowse/mirror/MirrorFrame.ts';
import { words } from '../../texts/settings/words.ts';
import { language } from '../../texts/texts.ts';
import { fillPage } from './fillPage.ts';
import { PagePreview } from './PagePreview.ts';
import { type SampleName, sampleNames, samplePage } from './samplePages.ts';

interface PlaygroundProps {
  rules: CobrowsePrivacy;
  /** The page has been filled anew. */
  onPage(page: Document): void;
}

const EMPTY = `<!doctype html><html lang="${language}"><head><title></title></head><body></body></html>`;

/** A page as the visitor has it and, beside it, as agents see it by the rules that are being edited. */
export function Playground({ rules, onPage }: PlaygroundProps) {
  const { cobrowse } = words;
  const [sample, setSample] = useState<SampleName | 'own'>('payment');
  const [own, setOwn] = useState('');
  const [page, setPage] = useState<Document>();
  const [preview, setPreview] = useState<PagePreview>();
  const mirrorBox = useRef<HTMLDivElement>(null);
  const filling = sample === 'own' ? { html: own } : samplePage(sample);

  useEffect(() => {
    if (!page || !mirrorBox.current) return;
    const mirror = new MirrorFrame({ host: location.origin, language });
    mirrorBox.current.append(mirror.element);
    const made = new PagePreview(page, mirror);
    setPreview(made);
    return () => {
      setPreview(undefined);
      made.close();
      mirror.close();
    };
  }, [page]);

  const key = JSON.stringify(rules);
  useEffect(() => {
    if (!page) return;
    fillPage(page, filling);
    onPage(page);
    preview?.show(rules);
  }, [page, preview, filling.html]);
  useEffect(() => preview?.show(rules), [key]);

  return (
    <fieldset class="group card playground" data-test="playground">
      <legend>{cobrowse.playground}</legend>
      <small>{cobrowse.playgroundHelp}</small>
      <div class="playground-choice">
        <label>
          {cobrowse.page}
          <select
            data-test="sample"
            value={sample}
            onChange={({ currentTarget }) => setSample(currentTarget.value as SampleName | 'own')}
          >
            {sampleNames.map((name) => (
              <option key={name} value={name}>
                {cobrowse.samples[name]}
              </option>
            ))}
            <option value="own">{cobrowse.samples.own}</option>
          </select>
        </label>
        {sample === 'own' && (
          <label class="own-html">
            {cobrowse.ownHtml}
            <textarea
              rows={5}
              spellcheck={false}
              data-test="own-html"
              placeholder="<form>…</form>"
              value={own}
              onInput={({ currentTarget }) => setOwn(currentTarget.value)}
            />
          </label>
        )}
      </div>
      <div class="playground-pages">
        <figure>
          <figcaption>{cobrowse.original}</figcaption>
          <iframe
            title={cobrowse.original}
            data-test="original"
            // Scripts of a pasted page never run; the recorder, which is ours, reads it from outside.
            sandbox="allow-same-origin"
            srcdoc={EMPTY}
            onLoad={({ currentTarget }) => {
              const loaded = currentTarget.contentDocument ?? undefined;
              loaded?.addEventListener('click', stay);
              setPage(loaded);
            }}
          />
        </figure>
        <figure>
          <figcaption>{cobrowse.asSeen}</figcaption>
          <div class="playground-mirror" data-test="as-seen" ref={mirrorBox} />
        </figure>
      </div>
    </fieldset>
  );
}

/** A link that is tried out must not take the sample away. */
function stay(event: Event): void {
  if ((event.target as Element | null)?.closest?.('a[href]')) event.preventDefault();
}
