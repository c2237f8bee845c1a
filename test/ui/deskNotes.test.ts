import { describe, expect, it } from 'vitest';
import { noon } from './atNoon.ts';
import type { DeskPage } from './DeskPage.ts';
import { DeskStage } from './DeskStage.ts';

describe('the desk’s notes', () => {
  const stage = DeskStage.forTests();
  let desk: DeskPage;

  const chat = async () => {
    desk = await stage.chat();
  };

  it('[DESK-13] notes stand among the messages by time, and go to colleagues only', async () => {
    await chat();
    const log = await desk.part('messages').innerText();
    expect(log.indexOf('Do you ship')).toBeLessThan(log.indexOf('friend of the boss'));
    expect(log.indexOf('friend of the boss')).toBeLessThan(log.indexOf('We do,'));
    expect(log).toContain('Note by Ben Cole');
    await desk.part('mode-note').click();
    await desk.page.keyboard.type('Called her.');
    await desk.page.keyboard.press('Enter');
    await desk.part('note').getByText('Called her.').waitFor();
    expect((await desk.did()).filter((one) => /send|type/.test(one))).toEqual([]);
    expect(await desk.asked()).toContain('POST conversations/cn_1/notes {"text":"Called her."}');
    const own = desk.part('note').filter({ hasText: 'Called her.' });
    await own.getByRole('button', { name: 'Delete note' }).click();
    await own.waitFor({ state: 'detached' });
    expect(await desk.part('note').first().getByRole('button').count()).toBe(0);
  });

  it('[DESK-23] a colleague’s note comes and goes by itself, and takes nobody from where they read', async () => {
    await chat();
    const path = 'conversations/cn_1/notes';
    const tell = (items: string) =>
      desk.page.evaluate(`rest['GET ${path}'] = { items: ${items} }; handles.forEach((one) => one.tellNotes())`);
    const theirs = (text: string) =>
      `{ id: 'n_of_${text}', at: new Date().toISOString(), agent: 'agent2@example.com', text: '${text}' }`;
    const log = desk.part('messages');
    const top = () => log.evaluate((list) => list.scrollTop);
    await tell(`[${theirs('First')}]`);
    await desk.part('note').getByText('First').waitFor();
    expect(await desk.part('note').count()).toBe(1);
    // Long enough to scroll, and scrolled away from the end.
    await desk.page.evaluate(`for (let n = 0; n < 40; n++) say('cn_1', 'Line ' + n)`);
    await desk.message('Line 39').waitFor();
    await log.evaluate((list) => {
      list.scrollTop = 50;
    });
    await expect.poll(top).toBe(50);
    await tell(`[${theirs('First')}, ${theirs('Second')}]`);
    await desk.part('note').getByText('Second').waitFor();
    await desk.part('new-messages').waitFor();
    expect(await top()).toBe(50);
    await desk.part('new-messages').click();
    await desk.part('new-messages').waitFor({ state: 'detached' });
    await log.evaluate((list) => {
      list.scrollTop = 50;
    });
    await expect.poll(top).toBe(50);
    await tell(`[${theirs('First')}]`);
    await desk.part('note').getByText('Second').waitFor({ state: 'detached' });
    // What has gone is nothing new.
    expect(await desk.part('new-messages').count()).toBe(0);
    // Back to the end, and away again in the very moment in which something comes.
    await log.evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    await desk.run('new Promise(requestAnimationFrame)');
    await desk.run(`
      document.querySelector('[data-test="messages"]').scrollTop = 50;
      say('cn_1', 'Meanwhile');`);
    await desk.part('new-messages').waitFor();
    expect(await top()).toBe(50);
  });

  it('[DESK-23] notes that change while they are read are read once more', async () => {
    await chat();
    const note = (text: string) => `{ id: 'n_${text}', at: new Date().toISOString(), text: '${text}' }`;
    await desk.page.evaluate(`
      const answers = [];
      rest['GET conversations/cn_1/notes'] = () => new Promise((resolve) => answers.push(resolve));
      window.answerNotes = (items) => answers.shift()({ items });
      for (let n = 0; n < 3; n++) handles.forEach((one) => one.tellNotes())`);
    const reads = async () => (await desk.asked()).filter((one) => one === 'GET conversations/cn_1/notes').length;
    const before = await reads();
    await desk.page.evaluate(`answerNotes([${note('old')}])`);
    await expect.poll(reads).toBe(before + 1);
    await desk.page.evaluate(`answerNotes([${note('new')}])`);
    await desk.part('note').getByText('new').waitFor();
    expect(await desk.part('note').count()).toBe(1);
    expect(await reads()).toBe(before + 1);
  });

  it('[DESK-23] one’s own note stands there once, though its event was faster than the answer', async () => {
    await chat();
    await desk.run(`
      const notes = 'conversations/cn_1/notes';
      const note = { id: 'n_own', at: new Date().toISOString(), agent: 'agent1@example.com', text: 'Called her.' };
      rest['POST ' + notes] = () => new Promise((resolve) => { window.answerNote = () => resolve(note); });
      rest['GET ' + notes] = { items: [note] };`);
    await desk.part('mode-note').click();
    await desk.page.keyboard.type('Called her.');
    await desk.page.keyboard.press('Enter');
    await desk.run('handles.forEach((one) => one.tellNotes())');
    await desk.part('note').getByText('Called her.').waitFor();
    await desk.run('answerNote()');
    // Kept by now: the next one may be.
    await desk.page.keyboard.type('And again.');
    await desk.page.keyboard.press('Enter');
    await expect.poll(async () => (await desk.asked()).filter((one) => one.includes('And again.')).length).toBe(1);
    expect(await desk.part('note').count()).toBe(1);
  });

  it('[DESK-13] what is written while a note is being kept stays, and Enter twice keeps one; a failure gives it back', async () => {
    await chat();
    await desk.run(`
      rest['POST conversations/cn_1/notes'] = ({ text }) => new Promise((resolve, reject) => {
        window.answerNote = () => resolve({ id: 'n_' + text, at: new Date().toISOString(), agent: 'agent1@example.com', text });
        window.refuseNote = () => reject({ code: 'UNAVAILABLE' });
      });`);
    const kept = async () =>
      (await desk.asked()).filter((one) => one.startsWith('POST conversations/cn_1/notes')).length;
    const input = () => desk.part('composer').inputValue();
    await desk.part('mode-note').click();
    await desk.page.keyboard.type('First');
    await desk.page.keyboard.press('Enter');
    await desk.page.keyboard.press('Enter');
    await desk.page.keyboard.type('Second');
    await desk.page.keyboard.press('Enter');
    await desk.run('answerNote()');
    await desk.part('note').getByText('First').waitFor();
    expect([await input(), await kept()]).toEqual(['Second', 1]);
    await desk.page.keyboard.press('Enter');
    await expect.poll(input).toBe('');
    await desk.part('mode-reply').click();
    await desk.run('refuseNote()');
    await expect.poll(input).toBe('Second');
    // Not as an answer to the visitor.
    expect(await desk.part('mode-note').getAttribute('aria-pressed')).toBe('true');
  });

  it('[DESK-23] notes that could not be read are read again by themselves, until the conversation is left', async () => {
    await chat();
    // Only the test lets time pass: a busy machine does not try again by itself between two looks.
    await desk.page.clock.install();
    await desk.page.clock.pauseAt(noon + 86_400_000);
    const path = 'conversations/cn_1/notes';
    const reads = async () => (await desk.asked()).filter((one) => one === `GET ${path}`).length;
    const before = await reads();
    await desk.run(`
      rest['GET ${path}'] = () => { throw { code: 'UNAVAILABLE' }; };
      handles.forEach((one) => one.tellNotes());`);
    await expect.poll(reads).toBe(before + 1);
    await desk.page.clock.runFor(2_000);
    expect(await reads()).toBe(before + 2);
    await desk.run(
      `rest['GET ${path}'] = { items: [{ id: 'n_9', at: new Date().toISOString(), text: 'Back again' }] }`,
    );
    await desk.page.clock.runFor(2_000);
    await desk.part('note').getByText('Back again').waitFor();
    await desk.page.clock.runFor(10_000);
    expect(await reads()).toBe(before + 3);
    await desk.run(`rest['GET ${path}'] = () => { throw { code: 'UNAVAILABLE' }; }; handles[0].tellNotes()`);
    await expect.poll(reads).toBe(before + 4);
    await desk.row(2).click();
    await expect.poll(() => desk.did()).toContain('close cn_1');
    await desk.page.clock.runFor(10_000);
    expect(await reads()).toBe(before + 4);
  });
});
