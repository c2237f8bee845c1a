import type { EndReason } from '#protocol/calling.ts';

/** What happened, and what helps where something does. */
export type Told = [what: string, cure?: string];

/** Why a call ended, in words; `name` is the other side. */
export type Reasons = Record<EndReason, (name: string) => Told>;
