/** Validates the form of a key's rights in an input; key-rights.ts decides which are allowed. */
import { z } from 'zod';
import { KEY_ROLES } from '../../auth/key-access';

const MAX_NETWORKS = 50;
const MAX_TEAMS = 50;
const MAX_TEAM_LENGTH = 255;
const MAX_ROW_IDS = 200;
const MAX_RATE_PER_MINUTE = 1_000_000_000;

/** The form of an input's rights; `allowedRights` knows which types exist. */
export const rightsSchema = z
  .object({
    role: z.enum(KEY_ROLES, { error: `must be one of ${KEY_ROLES.join(', ')}` }),
    customRoleId: z.string().nullish(),
    resourceTypes: z.array(z.string()).min(1, 'must name a resource type, or be left out for all of them').nullish(),
    networks: z
      .array(z.string())
      .min(1, 'must name a network, or be left out for any')
      .max(MAX_NETWORKS, `must have at most ${MAX_NETWORKS} networks`)
      .nullish(),
    ownerTeams: z
      .array(
        z
          .string()
          .refine(
            (team) => team !== '' && [...team].length <= MAX_TEAM_LENGTH,
            `must have 1 to ${MAX_TEAM_LENGTH} characters`,
          ),
      )
      .min(1, 'must name a team, or be left out for any')
      .max(MAX_TEAMS, `must have at most ${MAX_TEAMS} teams`)
      .nullish(),
    rowIds: z
      .array(z.string())
      .min(1, 'must name a row, or be left out for all')
      .max(MAX_ROW_IDS, `must have at most ${MAX_ROW_IDS} ids`)
      .nullish(),
    notBefore: z.string().nullish(),
    ratePerMinute: z.number().int().min(1, 'must be at least 1').max(MAX_RATE_PER_MINUTE).nullish(),
  })
  .superRefine(({ role, customRoleId }, context) => {
    const isNamed = customRoleId !== null && customRoleId !== undefined;
    if (role === 'CUSTOM' && !isNamed)
      context.addIssue({
        code: 'custom',
        path: ['customRoleId'],
        message: 'must name a role of the account with role: CUSTOM',
      });
    if (role !== 'CUSTOM' && isNamed)
      context.addIssue({
        code: 'custom',
        path: ['customRoleId'],
        message: `is only for role: CUSTOM, not for ${role}`,
      });
  });

/** Rights as requested by an input, validated in form. */
export type RightsInput = z.infer<typeof rightsSchema>;
