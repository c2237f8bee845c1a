import type { Page, Request, Route } from 'playwright-core';

/** Whether this brings a part of the widget, or imports what has come. */
export const isBrought = (request: Request): boolean =>
  request.resourceType() !== 'script' || new URL(request.url()).search !== '';

/** Routes a part of the widget as it is brought, first by `fetch`, then by a preload; once it is there it may be imported. */
export const onFetch = (page: Page, part: string, handle: (route: Route) => unknown): Promise<unknown> =>
  page.route(`**/${part}-*`, (route) => (isBrought(route.request()) ? handle(route) : route.continue()));
