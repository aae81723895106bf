/** Code, tests, schema, messages and documentation use the field's own words; dialect and recurring stumbles fail here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '..');
const SKIPPED = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', 'generated', 'peers', '__snapshots__']);
const READ = /\.(ts|js|cjs|md|sql|graphql|yml|yaml|json|sh)$|^\.env\.example$|^Dockerfile$|^run$/;
/** Frozen SQL and its dump, and lists of packages. */
const FROZEN = /^(migrations\/|schema\/database\.sql$|test\/database\/release-0\.1\.0\.sql$|package-lock\.json$)/;

/** A term, and what to say instead. */
const TERMS: readonly (readonly [RegExp, string])[] = [
  [/\bwalls?\b(?![- ]clock)/i, 'isolation layer'],
  [/\bdoors?\b/i, 'output guard'],
  [/\bstrangers?\b/i, 'row of another account; FOREIGN_ROW'],
  [/\b(?:audit|access) record\b|\b(?:on|off) (?:the )?record\b|\bthe record\b/, 'audit log; audited'],
  [/\bunlooked\b/i, 'rejected without verification'],
  [/\bhears? of\b/i, 'receives notifications'],
  [/(?<!load )\bbalancers?\b/i, 'load balancer'],
  [/\bwhen nothing is said\b/i, 'default: …'],
  [/\blive rows?\b/i, 'rows that are not deleted'],
  [/\b(?:behind|in front of) (?:this|the|a) cursor\b/i, 'after / before this cursor'],
  [/\bhides one\b|\bshows (?:again|a deleted)\b|\blooks at rows\b/i, 'soft-deletes; restores; reads'],
  [/\bin words\b/i, 'human-readable; with an explanation'],
  [/\beveryAccount\b/, 'allAccounts'],
  [/\bis there already\b(?=["'`.])|The profile is gone|Take it back with|asked for unseen|That is no key/i, 'words.md'],
  [/\bwho can do what\b/i, 'access review (least privilege)'],
  [/\bfor good\b/i, 'permanently'],
  [/A failure nobody waited for/i, 'Unhandled rejection'],
  [/\bfor want of\b/i, 'for lack of; because … is missing'],
  [/\blately\b/i, 'recently'],
  [/\bby way of\b/i, 'through'],
  [/\b(?:locks?|locked) (?:\w+ )?out (?:of|every|all|until)\b/i, 'excludes; can no longer connect'],
  [/\b(?:go(?:es)? on|com(?:es?|ing) back) behind\b/i, 'resumes after'],
  [/\b(?:un)?sealed\b/i, 'encrypted'],
  [/\bthins\b|\bthinning\b/i, 'prunes'],
  [/\brightly computed\b/i, 'with a valid hash'],
  [/\bdie young\b/i, 'short-lived objects'],
  [/\banew\b/i, 'again'],
  [/\bby turns\b/i, 'in rotation; alternately'],
  [/\bat hand\b/i, 'available; this'],
  [/\bgoes on\b|\bgo on (?:with|as|at|working)\b/i, 'continues'],
  [/\blooked for (?:nowhere|there|in)\b/i, 'looked up'],
  [/\bin the same words\b/i, 'with the same error'],
  [/\b(?:nobody|nothing|nowhere) but\b/i, 'only'],
  [/\b(?:is|are) no (?:list|number|object|id|power|JSON|YAML)\b/i, 'is not a …'],
  [/\b(?:tells?|told) of\b/i, 'reports; learns of'],
  [/\bfall(?:s|en)? silent\b/i, 'no longer responds'],
  [/\bwhosever\b|\bbefalls?\b|\bfarewell\b|\bas it came\b/i, 'plain English'],
  [/\bwhat is asked\b|\basked of the (?:database|server|primary)\b/i, 'the query; queried'],
  [/\bthe floor\b|\bworst[- ]bundles\b|\bbench:/i, 'baseline; adversarial-bundles; npm run bench -- NAME'],
  [/\bthrow-away\b/i, 'temporary'],
  [/\bwhatever the resource\b/i, 'subject, verb, outcome'],
  [/\b(?:longestWait|mostWaiting|takeTurn)\b/, 'maxWaitMs, maxQueued, acquire'],
  [
    /\b(?:mustTell|pinAll|looksBeyond|askedFields|neededColumns|KeyUseBook|KeyWatch|protectTable)\b/,
    'the names of today',
  ],
  [/\b(?:MOST|LONGEST|LARGEST|PATIENCE)_[A-Z]|\bPATIENCE\b/, 'MAX_…_BYTES, _MS, _ROWS: the unit is in the name'],
];

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* filesIn(path);
    } else if (READ.test(entry.name) && path !== __filename) yield path;
  }
}

/** `file:line: term (say …)` for each line of a text that uses a term. */
const problemsOf = (name: string, text: string): string[] =>
  text.split('\n').flatMap((line, index) =>
    TERMS.flatMap(([term, instead]) => {
      const [match] = term.exec(line) ?? [];
      return match === undefined ? [] : [`${name}:${index + 1}: "${match}" (say: ${instead})`];
    }),
  );

test('no file uses a term of the old dialect', () => {
  const files = [...filesIn(ROOT)].map((path) => relative(ROOT, path)).filter((name) => !FROZEN.test(name));
  expect(files.length).toBeGreaterThan(400);
  expect(files.flatMap((name) => problemsOf(name, readFileSync(join(ROOT, name), 'utf8')))).toEqual([]);
});

test.each([
  ['const MOST_ROWS = 5;', 'MOST_R'],
  ['/** A stranger at the door. */', 'stranger'],
  ['The audit record is complete.', 'audit record'],
  ['Rows of balancers', 'balancers'],
])('a line with an old term is reported: %s', (line, term) => {
  expect(problemsOf('file', line).join()).toContain(`file:1: "${term}"`);
});

test.each(['behind a load balancer', 'Record<string, string>', 'wall-clock time', 'record_master_access', 'doorstep'])(
  'a line without an old term passes: %s',
  (line) => expect(problemsOf('file', line)).toEqual([]),
);
