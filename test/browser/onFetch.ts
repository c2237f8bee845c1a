import type { Page, Route } from 'playwright-core';

/** Routes a part of the widget as it is fetched; imported, once it is there, it may be. */
export const onFetch = (page: Page, part: string, handle: (route: Route) => unknown): Promise<unknown> =>
  page.route(`**/${part}-*`, (route) =>
    route.request().resourceType() === 'fetch' ? handle(route) : route.continue(),
  );
