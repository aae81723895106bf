/** A gateway in a separate process, for tests that need several: prints its address, stops when its input ends. */
import { pino } from 'pino';
import { createGateway, type GatewayParts } from '../../src/gateway';
import { testSettings } from './settings';

async function main([
  tenantUrl = '',
  operatorUrl = '',
  restrictedUrl = '',
  secret = '',
  settings = '{}',
]: readonly string[]): Promise<void> {
  const gateway = await createGateway({
    settings: { ...testSettings, ...(JSON.parse(settings) as Partial<GatewayParts['settings']>) },
    secret: Buffer.from(secret, 'hex'),
    logger: pino({ level: 'silent' }),
    tenantUrl,
    operatorUrl,
    restrictedUrl,
  });
  process.stdout.write(`${await gateway.app.listen({ host: '127.0.0.1', port: 0 })}\n`);
  process.stdin.on('end', () => void gateway.close()).resume();
}

void main(process.argv.slice(2));
