import { expect, test } from 'vitest';
import type { CustomerRecord } from '#signaling/store/Store.ts';
import { aCustomer, acme, newVisitorId, other } from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

const full: Partial<CustomerRecord> = {
  id: '0815',
  email: 'zoë@mail.example',
  firstname: 'Zoë',
  lastname: "O'Brien; DROP TABLE customers;--",
  gender: 'f',
  labels: ['vip', 'größer', '🧡', 'vip'],
  assignedUser: 'ann@agents.example',
  additionalTaggingData: { cart: [{ sku: 'Ä-1', n: 2.5 }, null, true], deep: { a: { b: { c: [] } } }, '': 'x' },
  verified: true,
};

export function customersContract(fixture: StoreFixture): void {
  test('[STORE-1] a customer comes back as saved, by every way there is', async () => {
    const { customers } = await fixture.open();
    const customer = aCustomer(full);
    const visitorId = newVisitorId();
    await customers.save(customer, visitorId);
    expect(await customers.get(acme, customer.customerId)).toStrictEqual(customer);
    expect(await customers.findByVisitor(acme, visitorId)).toStrictEqual(customer);
    expect(await customers.findByExternalId(acme, '0815')).toStrictEqual(customer);
    expect(await customers.findByEmail(acme, 'zoë@mail.example')).toStrictEqual(customer);
  });

  test('[STORE-1] what a customer lacks is absent, and may be lacking for many', async () => {
    const { customers } = await fixture.open();
    const [one, two] = [aCustomer(), aCustomer()];
    await customers.save(one, newVisitorId());
    await customers.save(two, newVisitorId());
    expect(await customers.get(acme, one.customerId)).toStrictEqual(one);
    expect(await customers.get(acme, two.customerId)).toStrictEqual(two);
  });

  test('[STORE-1] saving again replaces the whole customer', async () => {
    const { customers } = await fixture.open();
    const before = aCustomer(full);
    const visitorId = newVisitorId();
    await customers.save(before, visitorId);
    const after = aCustomer({ customerId: before.customerId, id: '4711', updatedAt: 1_764_000_009_999 });
    await customers.save(after, visitorId);
    expect(await customers.findByVisitor(acme, visitorId)).toStrictEqual(after);
    expect(await customers.findByExternalId(acme, '4711')).toStrictEqual(after);
    expect(await customers.findByExternalId(acme, '0815')).toBeUndefined();
    expect(await customers.findByEmail(acme, 'zoë@mail.example')).toBeUndefined();
  });

  test('[STORE-5] a browser is whom it was last tagged as; a person may have many browsers', async () => {
    const { customers } = await fixture.open();
    const [first, second] = [aCustomer({ id: '1' }), aCustomer({ id: '2' })];
    const [laptop, phone] = [newVisitorId(), newVisitorId()];
    await customers.save(first, laptop);
    await customers.save(first, phone);
    await customers.save(second, laptop);
    expect(await customers.findByVisitor(acme, laptop)).toStrictEqual(second);
    expect(await customers.findByVisitor(acme, phone)).toStrictEqual(first);
    expect(await customers.findByVisitor(acme, newVisitorId())).toBeUndefined();
  });

  test('[STORE-7] emails are kept and compared in lower case', async () => {
    const { customers } = await fixture.open();
    const customer = aCustomer({ email: 'Max.Muster@Mail.Example' });
    await customers.save(customer, newVisitorId());
    const kept = { ...customer, email: 'max.muster@mail.example' };
    expect(await customers.findByEmail(acme, 'MAX.MUSTER@mail.example')).toStrictEqual(kept);
    const double = aCustomer({ email: 'MAX.MUSTER@MAIL.EXAMPLE' });
    await expect(customers.save(double, newVisitorId())).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('[STORE-2] a customer of another site is as if it did not exist, even under the same ids', async () => {
    const { customers } = await fixture.open();
    const ours = aCustomer({ id: '1', email: 'max@mail.example' });
    const theirs = { ...ours, site: other, firstname: 'Their Max' };
    const visitorId = newVisitorId();
    await customers.save(ours, visitorId);
    expect(await customers.get(other, ours.customerId)).toBeUndefined();
    expect(await customers.findByVisitor(other, visitorId)).toBeUndefined();
    expect(await customers.findByExternalId(other, '1')).toBeUndefined();
    expect(await customers.findByEmail(other, 'max@mail.example')).toBeUndefined();
    await customers.save(theirs, visitorId);
    expect(await customers.findByVisitor(acme, visitorId)).toStrictEqual(ours);
    expect(await customers.findByVisitor(other, visitorId)).toStrictEqual(theirs);
    expect(await customers.findByExternalId(acme, '1')).toStrictEqual(ours);
  });

  test.each([
    ['id', { id: '4711' }],
    ['email', { email: 'max@mail.example' }],
    ['id and email', { id: '4711', email: 'max@mail.example' }],
  ])(
    '[STORE-4] [STORE-5] many tags at once of one new %s make one customer; the losers leave nothing',
    async (_, who) => {
      const { customers } = await fixture.open();
      const tags = Array.from({ length: 8 }, () => ({ customer: aCustomer(who), visitorId: newVisitorId() }));
      const results = await Promise.allSettled(tags.map((tag) => customers.save(tag.customer, tag.visitorId)));
      const winners = tags.filter((_tag, index) => results[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'CvError', code: 'CONFLICT' });
      }
      for (const { customer, visitorId } of tags) {
        const expected = winners.some((winner) => winner.visitorId === visitorId) ? customer : undefined;
        expect(await customers.findByVisitor(acme, visitorId)).toStrictEqual(expected);
        expect(await customers.get(acme, customer.customerId)).toStrictEqual(expected);
      }
    },
  );

  test('[STORE-4] two accounts may share an email; the email alone finds who has no id, else who changed last', async () => {
    const { customers } = await fixture.open();
    const email = 'shared@mail.example';
    const [work, home, plain] = [
      aCustomer({ id: '1', email, updatedAt: 2 }),
      aCustomer({ id: '2', email, updatedAt: 3 }),
      aCustomer({ email, updatedAt: 1 }),
    ];
    await customers.save(home, newVisitorId());
    await customers.save(work, newVisitorId());
    expect(await customers.findByEmail(acme, email)).toStrictEqual(home);
    await customers.save(plain, newVisitorId());
    expect(await customers.findByEmail(acme, email)).toStrictEqual(plain);
  });

  test('[STORE-5] a browser that was unbound is nobody; the customer stays', async () => {
    const { customers } = await fixture.open();
    const [customer, browser] = [aCustomer({ id: '1' }), newVisitorId()];
    await customers.save(customer, browser);
    await customers.unbind(other, browser);
    expect(await customers.findByVisitor(acme, browser)).toStrictEqual(customer);
    await customers.unbind(acme, browser);
    expect(await customers.findByVisitor(acme, browser)).toBeUndefined();
    expect(await customers.get(acme, customer.customerId)).toStrictEqual(customer);
  });

  test('[STORE-4] a refused change leaves customer and browser as they were', async () => {
    const { customers } = await fixture.open();
    const [max, eva] = [aCustomer({ id: '1' }), aCustomer({ id: '2', firstname: 'Eva' })];
    const [hisBrowser, hers] = [newVisitorId(), newVisitorId()];
    await customers.save(max, hisBrowser);
    await customers.save(eva, hers);
    await expect(customers.save({ ...eva, id: '1' }, hisBrowser)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await customers.findByVisitor(acme, hisBrowser)).toStrictEqual(max);
    expect(await customers.get(acme, eva.customerId)).toStrictEqual(eva);
  });

  test('[STORE-1] large and odd data come back whole', async () => {
    const { customers } = await fixture.open();
    const odd = { 'key with "quotes" and \\': '\u0000\u001f\u2028 \ud83d\ude00 ‮', big: 2 ** 53 - 1, tiny: -1e-300 };
    const rows = Array.from({ length: 5000 }, (_, n) => ({ n, text: `Zeile ${n} ÄÖÜ 漢字 🚀`, null: null }));
    const customer = aCustomer({ id: '🆔 漢字', additionalTaggingData: { odd, rows } });
    await customers.save(customer, newVisitorId());
    expect(await customers.findByExternalId(acme, '🆔 漢字')).toStrictEqual(customer);
  });

  test('[STORE-1] a text is kept whole or refused as INVALID_INPUT, never cut', async () => {
    const { customers } = await fixture.open();
    const customer = aCustomer({ firstname: 'before\u0000after' });
    const saved = await customers.save(customer, newVisitorId()).catch((error: unknown) => error);
    const found = await customers.get(acme, customer.customerId);
    if (saved === undefined) expect(found).toStrictEqual(customer);
    else {
      expect(saved).toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
      expect(found).toBeUndefined();
    }
  });
}
