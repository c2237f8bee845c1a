import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '#protocol/conversation.ts';
import { unturned } from '../../ui/plainName.ts';
import { StartButton } from '../calls/StartButton.tsx';
import { CobrowseButton } from '../cobrowse/CobrowseButton.tsx';
import { isAnonymous, titleOf } from '../conversations/conversationOf.ts';
import { Face } from '../parts/Face.tsx';
import { Field } from '../parts/Field.tsx';
import { Icon } from '../parts/Icon.tsx';
import { language, locale, texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { Belonging } from './Belonging.tsx';
import { dataLabel } from './dataLabel.ts';
import { ago, isWebAddress, shortAddress } from './person.ts';
import { Rights } from './Rights.tsx';

/** Whose customer it is stands below, to be changed. */
const tagged = ['email', 'id', 'firstname', 'lastname', 'gender'] as const;

export interface PersonPanelProps {
  work: Workplace;
  conversation: Conversation;
  /** Over the chat, where there is no room beside it. */
  shown: boolean;
  onClose(): void;
}

/** Who writes, where they are, and what may be done about it. */
export function PersonPanel({ work, conversation, shown, onClose }: PersonPanelProps) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (shown) close.current?.focus();
  }, [shown]);
  const { who: words } = texts;
  const { person, present, createdAt } = conversation;
  const title = titleOf(conversation);
  return (
    <aside class="person-panel" data-test="person" aria-labelledby="person-name">
      <header>
        <button
          type="button"
          class="bare to-chat"
          ref={close}
          aria-label={words.close}
          title={words.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
        <Face name={title} {...(present && { state: present.state })} />
        <h2 id="person-name">{title}</h2>
      </header>
      <Trust conversation={conversation} />
      <Where work={work} conversation={conversation} />
      <Data person={person} since={createdAt} />
      <Belonging work={work} conversation={conversation} />
      {work.isAdmin && <Rights work={work} conversation={conversation} />}
    </aside>
  );
}

function Trust({ conversation }: { conversation: Conversation }) {
  const { who: words, chat } = texts;
  const { verified } = conversation.person;
  const why = verified ? words.verifiedWhy : isAnonymous(conversation) ? words.anonymousWhy : words.unverifiedWhy;
  const what = verified ? chat.verified : isAnonymous(conversation) ? chat.anonymous : words.unverified;
  return (
    <p class={`trust ${verified ? 'good' : ''}`} data-test="trust">
      <Icon name={verified ? 'shield' : 'info'} />
      <span>
        <b>{what}</b> <span class="soft">{why}</span>
      </span>
    </p>
  );
}

function Where({ work, conversation }: { work: Workplace; conversation: Conversation }) {
  const { who: words } = texts;
  const { present } = conversation;
  if (!present) return <p class="soft where">{words.notNow}</p>;
  const { visitorId, url, title, since, state, screen, busy } = present;
  return (
    <Section title={words.now}>
      <dl>
        <Field label={words.page} value={title || shortAddress(url)} href={isWebAddress(url) ? url : undefined}>
          {title && <span class="soft address">{shortAddress(url)}</span>}
        </Field>
        <Field label={words.since} value={ago(since, work.now.value, language)} />
      </dl>
      {state === 'background' && <p class="soft">{words.background}</p>}
      <div class="starts">
        <StartButton calls={work.calls} callee={{ visitorId, screen, busy, name: titleOf(conversation) }} />
        <CobrowseButton cobrowse={work.cobrowse} visitorId={visitorId} name={titleOf(conversation)} />
      </div>
    </Section>
  );
}

function Data({ person, since }: { person: Conversation['person']; since: string }) {
  const { who: words } = texts;
  const more = Object.entries(person.additionalTaggingData);
  return (
    <Section title={words.data}>
      {person.labels.length > 0 && (
        <ul class="labels" aria-label={words.fields.labels}>
          {person.labels.map((label) => (
            <li class="chip" key={label}>
              {unturned(label)}
            </li>
          ))}
        </ul>
      )}
      <dl>
        {tagged.map((key) => person[key] && <Field key={key} label={words.fields[key]} value={person[key]} />)}
        {more.map(([key, value]) => {
          const text = typeof value === 'string' ? value : JSON.stringify(value);
          return (
            <Field
              key={`more ${key}`}
              label={dataLabel(key)}
              value={text}
              href={isWebAddress(text) ? text : undefined}
            />
          );
        })}
        <Field label={words.history} value={new Date(since).toLocaleDateString(locale, { dateStyle: 'long' })} />
      </dl>
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="panel-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
