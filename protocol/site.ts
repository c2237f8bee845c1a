import { z } from 'zod';
import { route } from './contract.ts';
import { SiteId } from './ids.ts';

/** An origin as browsers send it, `https://shop.example`, or with `*` for the port: `http://localhost:*`. */
export const OriginPattern = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/[a-z0-9.[\]:-]+?(:(\d{1,5}|\*))?$/i,
    'an origin such as https://shop.example or http://localhost:*',
  );

export const SiteSettings = z.object({
  /** Pages of these origins may embed the widget; the server's own origin always may. */
  allowedOrigins: z.array(OriginPattern).max(200),
  /** Session-based ids: the visitor id is gone with the browser window (seed 000). */
  sessionIds: z.boolean(),
  /** Language of the widget; `auto` follows the visitor's browser. */
  language: z.enum(['auto', 'en', 'de']),
});
export type SiteSettings = z.infer<typeof SiteSettings>;

export const defaultSiteSettings: SiteSettings = { allowedOrigins: [], sessionIds: false, language: 'auto' };

export const Site = z.object({ id: SiteId, name: z.string().max(200), settings: SiteSettings });
export type Site = z.infer<typeof Site>;

/** What the widget script is told about its site; public. */
export interface WidgetBoot {
  site: string;
  /** Origin of the CoView server. */
  host: string;
  sessionIds: boolean;
  language: SiteSettings['language'];
  /** Address of the widget's main module. */
  core: string;
}

export const siteRoutes = {
  getSite: route({
    summary: 'The site this key belongs to, with its settings',
    verb: 'GET',
    path: '/rest/v1/site',
    auth: 'site',
    status: 200,
    response: Site,
    errors: [],
  }),
  putSite: route({
    summary: 'Replace the named settings of the site; settings that are left out stay as they are',
    verb: 'PUT',
    path: '/rest/v1/site',
    auth: 'site',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      settings: SiteSettings.partial().strict().optional(),
    }),
    status: 200,
    response: Site,
    errors: [],
  }),
};
