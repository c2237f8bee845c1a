import { z } from 'zod';

/** A person as tagged. */
export const Person = z.object({
  id: z.string().optional(),
  email: z.string().optional(),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  gender: z.string().optional(),
  labels: z.array(z.string()),
  assignedUser: z.string().optional(),
  team: z.string().optional(),
  additionalTaggingData: z.record(z.string(), z.json()),
  /** A signature vouched for who this is, or the site's own server did. */
  verified: z.boolean(),
});
export type Person = z.infer<typeof Person>;
