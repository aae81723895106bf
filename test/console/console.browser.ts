/**
 * The console as people use it: in Chromium, on a gateway with two accounts. Run by `npm run test:console`.
 *
 * @jest-environment ./test/console/environment.js
 */
import { describeAccess } from './access';
import { describeAccount } from './account';
import { describeActivity } from './activity';
import { describeConflicts } from './conflicts';
import { describeFailures } from './failures';
import { describePlatform } from './platform';
import { describePromotion } from './promotion';
import { describeResources } from './resources';
import { openSite, type Site } from './site';

/** Several waits of a page, on a machine that is busy. */
jest.setTimeout(90_000);

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site?.close());

const shared = (): Site => site;

describeResources(shared);
describeAccess(shared);
describeActivity(shared);
describePromotion(shared);
describePlatform(shared);
describeAccount(shared);
describeConflicts(shared);
describeFailures(shared);
