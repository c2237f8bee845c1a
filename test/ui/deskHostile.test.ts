import { describe, expect, it } from 'vitest';
import type { DeskPage } from './DeskPage.ts';
import { DeskStage } from './DeskStage.ts';
import { readsForwards } from './readsForwards.ts';

describe('what hostile people write, at the desk', () => {
  const stage = DeskStage.forTests();
  let desk: DeskPage;

  const chat = async () => {
    desk = await stage.chat();
  };

  it('[DESK-40] an address reads as what it is, whatever turns the text around it', async () => {
    await chat();
    await desk.run(`say('cn_1', '\u202ehttps://evil.example/moc.knab.www//:sptth')`);
    const link = desk.message('evil.example').getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://evil.example/moc.knab.www//:sptth');
    expect(await readsForwards(link)).toBe(true);
  });

  it('[DESK-40] nothing in a name or in what is known of a person turns what it says', async () => {
    await chat();
    const turned = {
      id: '\u202eDI',
      firstname: '\u202enimda',
      labels: ['\u202eelbatsurt'],
      additionalTaggingData: { '\u202ekey': '\u202edeifirev' },
    };
    const change = JSON.stringify({ present: null, person: { verified: false, ...turned } }).replace(
      'null',
      'undefined',
    );
    await desk.run(`say('cn_1', '\u202enettirw'); tell('cn_1', ${change}); messages.cn_1.at(-1).author`);
    await desk.run(`handles[0].typing = true; handles[0].changed()`);
    await desk.part('typing').getByText('nimda is typing').waitFor();
    await desk.run(`agents.push({ ...agents[1], id: 'a_9', email: 'z@example.com', name: '\u202eneB' })`);
    await desk.run(`say('cn_1', 'Yes', { kind: 'agent', email: 'z@example.com', name: '\u202eneB' })`);
    await desk.part('messages').getByText('neB', { exact: true }).waitFor();
    await desk.part('assign').click();
    await desk.page.getByRole('menuitemcheckbox', { name: 'neB' }).waitFor();
    const said = await desk.page.evaluate(`{
      const copy = document.body.cloneNode(true);
      for (const text of copy.querySelectorAll('.text')) text.remove();
      copy.textContent + document.title + [...copy.querySelectorAll('*')].flatMap((e) => [...e.attributes].map((a) => a.value));
    }`);
    expect(said).toContain('nimda');
    expect(said).toContain('deifirev');
    expect(said).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  it('[DESK-41] names and words without a blank widen nothing', async () => {
    const long = 'W'.repeat(190);
    await chat();
    await desk.run(`conversations[0].person.labels.push('${long}')`);
    const person = {
      firstname: long,
      lastname: long,
      labels: [long],
      verified: true,
      additionalTaggingData: { [long]: long },
    };
    await desk.run(`tell('cn_1', ${JSON.stringify({ person, team: long })}); say('cn_1', '${long}')`);
    await desk.run(`say('cn_1', 'Yes', { kind: 'agent', email: 'z@example.com', name: '${long}' })`);
    await desk.run(`handles[0].typing = true; handles[0].changed()`);
    await desk.part('typing').getByText('WWW').waitFor();
    for (const width of [1440, 1000, 375]) {
      await desk.page.setViewportSize({ width, height: 900 });
      if (width < 1440) await desk.part('show-person').click();
      const wide =
        await desk.page.evaluate(`['.messages', '.conversation-list', '.conversation-list ul', '.person-panel', '.chat-head', 'html']
        .flatMap((name) => [...document.querySelectorAll(name)].filter((e) => e.scrollWidth > e.clientWidth).map(() => name))`);
      expect(wide, `${width}`).toEqual([]);
      if (width < 1440) await desk.part('person').locator('.to-chat').click();
    }
  });
});
