/**
 * The functions, grants, restrictions and foreign keys in schema/database.sql: startup, readiness and distribution compare
 * the database with them.
 */
import { readFileSync } from 'node:fs';
import { projectFile } from '../../util/project-file';

interface ExpectedSchema {
  /** Full definitions by name, with placeholders for roles; names are unique. */
  readonly functions: ReadonlyMap<string, string>;
  /** GRANT statements, with placeholders for roles. */
  readonly grants: readonly string[];
  /** For each table, the rows that restricted keys can see: the condition of its policy `restricted_rows`. */
  readonly restrictions: ReadonlyMap<string, string>;
  readonly foreignKeys: readonly ForeignKey[];
}

/** In the format of `ALTER TABLE … ADD CONSTRAINT`. */
export interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

let expected: ExpectedSchema | null = null;

/** Precedes each function and each table. */
const NEXT_OBJECT = /\n\n(?=CREATE OR REPLACE FUNCTION |CREATE (?:UNLOGGED )?TABLE )/;
/** As the dump writes a policy; the condition may span several lines. */
const RESTRICTION =
  /^CREATE POLICY restricted_rows ON (\w+) FOR ALL TO \{\{restricted\}\}\n {4}USING \(([^;]*?)\)\n {4}WITH CHECK \(/gm;
const TABLE = /^CREATE (?:UNLOGGED )?TABLE (\w+) \(/;
const FOREIGN_KEY = /^ {4}CONSTRAINT (\w+) (FOREIGN KEY .*?),?$/gm;
const FUNCTION_NAME = /^CREATE OR REPLACE FUNCTION public\.(\w+)\(/;

/** Read once: the file does not change while the gateway runs. */
export function expectedSchema(): ExpectedSchema {
  if (expected) return expected;
  const text = readFileSync(projectFile('schema', 'database.sql'), 'utf8');
  const functions = new Map(
    text.split(NEXT_OBJECT).flatMap((part) => {
      const name = FUNCTION_NAME.exec(part)?.[1];
      return name === undefined ? [] : [[name, part] as const];
    }),
  );
  const grants = text.split('\n').filter((line) => line.startsWith('GRANT '));
  const restrictions = new Map(
    [...text.matchAll(RESTRICTION)].map(([, table = '', condition = '']) => [table, condition]),
  );
  const foreignKeys = text.split(NEXT_OBJECT).flatMap((part) => {
    const table = TABLE.exec(part)?.[1];
    if (table === undefined) return [];
    return [...part.matchAll(FOREIGN_KEY)].map(([, name = '', definition = '']) => ({ table, name, definition }));
  });
  return (expected = { functions, grants, restrictions, foreignKeys });
}
