/** Promotion as the gateway serves it. */
import { ConfigurationImport } from './configuration-import.entity';
import { bundleQueue } from './bundle/parse-thread';
import { PromotionResolver } from './promotion.resolver';

export const promotion = {
  entities: [ConfigurationImport],
  resolvers: [PromotionResolver],
  /** The queue of bundle texts to be parsed. */
  bundleQueue,
  largeFields: new Set(['planImport', 'applyImport']),
};
