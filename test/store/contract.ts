import { describe } from 'vitest';
import { agentsContract } from './contract/agents.ts';
import { auditContract } from './contract/audit.ts';
import { callsContract } from './contract/calls.ts';
import { customersContract } from './contract/customers.ts';
import { lifecycleContract } from './contract/lifecycle.ts';
import { type OpenStore, StoreFixture } from './contract/StoreFixture.ts';
import { sitesContract } from './contract/sites.ts';
import { tokensContract } from './contract/tokens.ts';

/** What every Store promises. `newDatabase` makes an empty database and answers how to open a store on it. */
export function storeContract(name: string, newDatabase: () => Promise<OpenStore>): void {
  describe(name, () => {
    const fixture = new StoreFixture(newDatabase);
    describe('sites', () => sitesContract(fixture));
    describe('agents', () => agentsContract(fixture));
    describe('tokens', () => tokensContract(fixture));
    describe('customers', () => customersContract(fixture));
    describe('calls', () => callsContract(fixture));
    describe('audit', () => auditContract(fixture));
    describe('lifecycle', () => lifecycleContract(fixture));
  });
}
