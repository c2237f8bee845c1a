import { afterAll } from 'vitest';
import { giveBackDatabases } from './testDatabase.ts';

afterAll(giveBackDatabases);
