/** Every mutant, in the order of the table in the documentation. */
import { ACCESS_MUTANTS } from './access-mutants';
import { MUTANTS, type Mutant } from './mutants';
import { NEIGHBOUR_MUTANTS } from './neighbour-mutants';
import { REPLICA_MUTANTS } from './replica-mutants';
import { REQUEST_MUTANTS } from './request-mutants';
import { TURN_MUTANTS } from './turn-mutants';

export const ALL_MUTANTS: readonly Mutant[] = [
  ...MUTANTS,
  ...REQUEST_MUTANTS,
  ...TURN_MUTANTS,
  ...ACCESS_MUTANTS,
  ...REPLICA_MUTANTS,
  ...NEIGHBOUR_MUTANTS,
];
