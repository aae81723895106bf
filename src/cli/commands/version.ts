/** version: the installed version. */
import { version } from '../../../package.json';
import { data } from '../output/print';
import { localCommand } from './command';

export const versionCommand = localCommand('version', 'Print the version of this program.', ['version']).action(() =>
  data(version),
);
