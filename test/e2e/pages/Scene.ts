import type { Page } from 'playwright-core';
import type { PageFiles } from './PageHost.ts';

/** A page to be shared, and what happens in it. */
export interface Scene {
  name: string;
  path: string;
  files: PageFiles;
  /** Runs before the page is opened. */
  before?: (page: Page, url: string) => Promise<unknown>;
  /** True once the page is as it should be. */
  ready?: string;
  /** What the site shows though it would be masked. */
  unmask?: string[];
  /** Elements that cannot be the same: their place is, their inside is not compared. */
  apart?: string;
  /** Elements whose picture comes in fewer colours. */
  rough?: string;
  acts: readonly [name: string, act: (page: Page) => Promise<unknown>][];
}
