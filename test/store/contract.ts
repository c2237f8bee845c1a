import { describe } from 'vitest';
import { agentsContract } from './contract/agents.ts';
import { aliasesContract } from './contract/aliases.ts';
import { auditContract } from './contract/audit.ts';
import { auditedContract } from './contract/audited.ts';
import { belongingsContract } from './contract/belongings.ts';
import { callsContract } from './contract/calls.ts';
import { cobrowsesContract } from './contract/cobrowses.ts';
import { conversationsContract } from './contract/conversations.ts';
import { customersContract } from './contract/customers.ts';
import { erasureContract } from './contract/erasure.ts';
import { lifecycleContract } from './contract/lifecycle.ts';
import { loginContract } from './contract/login.ts';
import { messagesContract } from './contract/messages.ts';
import { peopleContract } from './contract/people.ts';
import { StoreFixture, type TestDatabase } from './contract/StoreFixture.ts';
import { sitesContract } from './contract/sites.ts';
import { tokensContract } from './contract/tokens.ts';
import { webhooksContract } from './contract/webhooks.ts';

/** What every Store promises. `newDatabase` makes an empty database and answers how to open it. */
export function storeContract(name: string, newDatabase: () => Promise<TestDatabase>): void {
  describe(name, () => {
    const fixture = new StoreFixture(newDatabase);
    describe('sites', () => sitesContract(fixture));
    describe('agents', () => agentsContract(fixture));
    describe('tokens', () => tokensContract(fixture));
    describe('customers', () => customersContract(fixture));
    describe('people', () => peopleContract(fixture));
    describe('login', () => loginContract(fixture));
    describe('aliases', () => aliasesContract(fixture));
    describe('erasure', () => erasureContract(fixture));
    describe('conversations', () => conversationsContract(fixture));
    describe('messages', () => messagesContract(fixture));
    describe('webhooks', () => webhooksContract(fixture));
    describe('belongings', () => belongingsContract(fixture));
    describe('calls', () => callsContract(fixture));
    describe('sharings', () => cobrowsesContract(fixture));
    describe('audit', () => auditContract(fixture));
    describe('audited', () => auditedContract(fixture));
    describe('lifecycle', () => lifecycleContract(fixture));
  });
}
