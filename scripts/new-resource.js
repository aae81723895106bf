/** `npm run new:resource prompt [prompts]`: writes the folder, the line in the registry and the migration of a resource. */
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = process.env.PROJECT_ROOT ?? join(__dirname, '..');

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const [singular = '', plural = `${singular}s`] = process.argv.slice(2);
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
if (!NAME.test(singular) || !NAME.test(plural))
  fail('Usage: npm run new:resource NAME [PLURAL], in lower case with hyphens: prompt-template prompt-templates');

const camel = (text) => text.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const pascal = (text) => camel(text).replace(/^./, (letter) => letter.toUpperCase());
const [type, one, many] = [pascal(singular), camel(singular), camel(plural)];
const table = singular.replaceAll('-', '_');
const words = [singular, plural].map((text) => text.replaceAll('-', ' '));

const folder = join(root, 'src/resources', singular);
const registry = join(root, 'src/resources/index.ts');
if (existsSync(folder)) fail(`src/resources/${singular} exists already.`);

const files = {
  [`${singular}.entity.ts`]: `/** A ${words[0]}: the table and the GraphQL type. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { AccountRow } from '../../graph/queries/account-row';

@Scoped()
@ObjectType({ description: 'A ${words[0]} of an account.' })
@Entity('${table}')
export class ${type} extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the ${words[1]} of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;
}
`,
  [`${singular}.inputs.ts`]: `/** The inputs of a ${words[0]}, and the rules of a whole row. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { metadata, name } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';

@InputType({ description: 'Changes of a ${words[0]}; absent fields stay as they are.' })
export class Update${type}Input {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the ${words[1]} of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new ${words[0]}.' })
export class Create${type}Input extends Update${type}Input {
  @Field(() => String, {
    description: 'Unique among the ${words[1]} of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;
}

export const ${one}RowSchema = z.object({ name, metadata });
`,
  'index.ts': `/** ${pascal(plural)}, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { name } from '../../graph/queries/filter';
import { ${type} } from './${singular}.entity';
import { Create${type}Input, ${one}RowSchema, Update${type}Input } from './${singular}.inputs';

export const ${many} = defineResource({
  names: { type: '${type}', singular: '${one}', plural: '${many}' },
  entity: ${type},
  filter: { name },
  order: ['name'],
  mutations: { createInput: Create${type}Input, updateInput: Update${type}Input, rowSchema: ${one}RowSchema },
});
`,
};

const indexes = ['name', 'created_at', 'updated_at'].flatMap((column) => [
  `CREATE INDEX ${table}_by_${column} ON ${table} (account_id, ${column}, id);`,
  `CREATE INDEX ${table}_all_by_${column} ON ${table} (${column}, id, account_id) WHERE account_id::text <> '';`,
]);
const owners = ['team', 'email'].map((part) => {
  const value = `left(metadata -> 'owner' ->> '${part}', 64)`;
  return `CREATE INDEX ${table}_all_by_owner_${part} ON ${table} ((${value}), id, account_id)
  WHERE account_id::text <> '' AND ${value} IS NOT NULL;`;
});
const migration = `-- ${pascal(plural)} of accounts.

CREATE TABLE ${table} (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  deleted_at timestamptz(3),
  deletion_id uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX ${table}_live_name ON ${table} (account_id, name) WHERE deleted_at IS NULL;
CREATE INDEX ${table}_by_id ON ${table} (id, account_id) WHERE account_id::text <> '';
CREATE INDEX ${table}_deleted ON ${table} (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX ${table}_by_deletion ON ${table} (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
${[...indexes, ...owners].join('\n')}
CREATE INDEX ${table}_unowned ON ${table} (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON ${table} TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON ${table} TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO {{tenant}}, {{operator}};
SELECT audit_attach('${table}', '${type}', 'account_id', '{}', NULL);
SELECT distribute_with_accounts('${table}');
ALTER TABLE ${table} ADD FOREIGN KEY (account_id) REFERENCES account (id);
`;

const numbers = readdirSync(join(root, 'migrations')).map((file) => Number.parseInt(file, 10) || 0);
const next = Math.floor(Math.max(...numbers) / 10) * 10 + 10;
const migrationFile = `migrations/${next}-${plural}.sql`;

const LIST = /registryOf\(\[([^\]]*)\]\)/;
const text = readFileSync(registry, 'utf8');
if (!LIST.test(text)) fail('src/resources/index.ts has no list registryOf([…]) to add the resource to.');
const listed = text
  .replace(LIST, (_, list) => `registryOf([${list.trim().replace(/,$/, '')}, ${many}])`)
  .replace('import { ViewerResolver }', `import { ${many} } from './${singular}';\nimport { ViewerResolver }`);

mkdirSync(folder);
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
writeFileSync(join(root, migrationFile), migration);
writeFileSync(registry, listed);
process.stdout.write(
  `Written: src/resources/${singular}/, ${migrationFile}, a line in src/resources/index.ts.
Next: add the columns of your own to the entity, the inputs and the migration, then run npm run schema and npm test.\n`,
);
