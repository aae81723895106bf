/** Splits bundles the way the gateway reads them. */
import { BUNDLE_SECTIONS } from '../../../schema/generated/bundle-sections';
import { GatewayError } from '../../errors';
import { splitBundle, type BundlePart } from '../../promotion/bundle/split';
import { refusedLines } from '../commands/promotion/problems';
import { CommandFailure } from '../failures';

/** @returns null for a bundle that is imported as a whole. @throws CommandFailure for a text that cannot be read. */
export function split(name: string, text: string): readonly BundlePart[] | null {
  try {
    return splitBundle(BUNDLE_SECTIONS, text);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const lines = refusedLines({ name, text, prune: false }, error) ?? [`${name}: ${error.message}`];
    throw new CommandFailure(lines.join('\n'));
  }
}
