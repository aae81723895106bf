/** TypeORM's metadata of the entities, read from their classes without a connection. */
import { DataSource, DefaultNamingStrategy, type EntityMetadata, type EntityTarget, type ObjectLiteral } from 'typeorm';

const snake = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** Database names: the TypeScript names in snake_case. */
class SnakeNaming extends DefaultNamingStrategy {
  override tableName(targetName: string, userSpecifiedName: string | undefined): string {
    return userSpecifiedName ?? snake(targetName);
  }

  override columnName(propertyName: string, customName: string | undefined, prefixes: string[]): string {
    return customName ?? snake([...prefixes, propertyName].join('_'));
  }
}

class MetadataSource extends DataSource {
  build(): Promise<void> {
    return this.buildMetadatas();
  }
}

/** @returns a function that gives the metadata of an entity, and throws for a class that is not an entity. */
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
