import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { actorOf } from '#signaling/identity/actorOf.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { type RuleService, ruleView } from './RuleService.ts';

type RulesRoutes =
  | 'getVisibility'
  | 'putVisibility'
  | 'listRules'
  | 'createRule'
  | 'getRule'
  | 'updateRule'
  | 'deleteRule'
  | 'exportRules'
  | 'importRules';

export function rulesRoutes(
  rules: RuleService,
  sites: Pick<SiteDirectory, 'require' | 'update'>,
): Pick<RestHandlers, RulesRoutes> {
  return {
    getVisibility: async ({ caller }) => ({ visibility: sites.require(caller.site).settings.chat.visibility }),
    putVisibility: async ({ caller, body: { visibility } }) => {
      const { site } = caller;
      const entry = auditRecord(site, actorOf(caller), 'visibility.changed', site, { visibility });
      await sites.update(site, { settings: { chat: { visibility } } }, [entry]);
      return { visibility };
    },
    listRules: async ({ caller }) => ({ items: rules.list(caller.site).map(ruleView) }),
    createRule: async ({ caller, body }) => ruleView(await rules.create(caller.site, body, actorOf(caller))),
    getRule: async ({ caller, params }) => ruleView(rules.require(caller.site, params.ruleId)),
    updateRule: async ({ caller, params, body }) =>
      ruleView(await rules.change(caller.site, params.ruleId, body, actorOf(caller))),
    deleteRule: async ({ caller, params }) => {
      await rules.delete(caller.site, params.ruleId, actorOf(caller));
      return undefined;
    },
    exportRules: async ({ caller }) => ({
      version: 1,
      rules: rules.list(caller.site).map((rule) => {
        const { id: _, ...fields } = ruleView(rule);
        return fields;
      }),
    }),
    importRules: async ({ caller, body }) => {
      const present = await rules.import(caller.site, body.rules, body.replace, actorOf(caller));
      return { items: present.map(ruleView) };
    },
  };
}
