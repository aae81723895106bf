/** Promotion as the gateway serves it. */
import { ConfigurationImport } from './configuration-import.entity';
import { PromotionResolver } from './promotion.resolver';

export const promotion = {
  entities: [ConfigurationImport],
  resolvers: [PromotionResolver],
  largeFields: new Set(['planImport', 'applyImport']),
};
