/** What TypeORM knows of the entities: read from their classes, without a connection. */
import { DataSource, type EntityMetadata, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { SnakeNaming } from './setup/naming';

class MetadataSource extends DataSource {
  build(): Promise<void> {
    return this.buildMetadatas();
  }
}

/** @returns a function that gives the metadata of an entity, and throws for a class that is none. */
export async function entityMetadata(
  entities: readonly (new () => object)[],
): Promise<(entity: EntityTarget<ObjectLiteral>) => EntityMetadata> {
  const source = new MetadataSource({
    type: 'postgres',
    entities: [...entities],
    namingStrategy: new SnakeNaming(),
    installExtensions: false,
  });
  await source.build();
  return (entity) => source.getMetadata(entity);
}
