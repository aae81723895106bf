/** Splits bundles as the gateway reads them. */
import 'reflect-metadata';
import { GatewayError } from '../../errors';
import { sectionsOf } from '../../promotion/bundle/sections';
import { splitBundle, type BundlePart } from '../../promotion/bundle/split';
import { resources } from '../../resources';
import { CommandFailure } from '../failures';

/** @returns null for a bundle that is imported as a whole. @throws CommandFailure for a text that cannot be read. */
export function split(name: string, text: string): readonly BundlePart[] | null {
  try {
    return splitBundle(sectionsOf(resources), text);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new CommandFailure(`${name}: ${error.message}`);
  }
}
