/** Every mutant applies to the current code, and the documentation lists all of them. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ALL_MUTANTS } from './all-mutants';

const PROJECT = resolve(__dirname, '../..');

it('every mutant changes exactly one place in the code', () => {
  const places = ALL_MUTANTS.map(({ name, file, find }) => ({
    name,
    places: readFileSync(join(PROJECT, file), 'utf8').split(find).length - 1,
  }));
  expect(places.filter((mutant) => mutant.places !== 1)).toEqual([]);
});

it('the table of mutants lists every mutant, and none survived', () => {
  const table = readFileSync(join(PROJECT, 'docs/mutants.md'), 'utf8');
  expect(ALL_MUTANTS.map(({ name }) => name).filter((name) => !table.includes(`| ${name} `))).toEqual([]);
  expect(table).not.toContain('survived**');
});
