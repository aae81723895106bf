/** Executes a Dockerfile without Docker: each stage in a separate folder, from the files of the repository. */
const { execFileSync, spawn } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, readFileSync, statSync } = require('node:fs');
const { basename, dirname, isAbsolute, join } = require('node:path');

const PROJECT = join(__dirname, '..');

/** Instructions with their arguments; lines that end in a backslash continue. */
function parse(text) {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name, rest]) => ({ name, rest: rest.trim() }));
}

/** Only files that Git tracks or would track. */
function contextFiles() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT,
  });
  return listed
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(PROJECT, file)));
}

function copyFromContext(source, target, files) {
  const chosen = files.filter((file) => file === source || file.startsWith(`${source}/`));
  if (chosen.length === 0) throw new Error(`COPY ${source}: the repository has no such file.`);
  for (const file of chosen) {
    const path = file === source ? target : join(target, file.slice(source.length + 1));
    mkdirSync(dirname(path), { recursive: true });
    cpSync(join(PROJECT, file), path);
  }
}

/**
 * Builds all stages below a folder.
 * @param run executes one RUN: (command, folder, environment); by default in a shell.
 * @returns the folder, working directory, environment, user, command and health check of the last stage.
 */
function build(folder, { dockerfile = join(PROJECT, 'Dockerfile'), run = runInShell } = {}) {
  const files = contextFiles();
  const stages = new Map();
  let stage = null;
  for (const { name, rest } of parse(readFileSync(dockerfile, 'utf8'))) {
    if (name === 'FROM') {
      const [image, , alias = 'final'] = rest.split(/\s+/);
      stage = { image, root: join(folder, alias), workdir: '/', environment: {}, user: 'root' };
      mkdirSync(stage.root, { recursive: true });
      stages.set(alias, stage);
      continue;
    }
    const inside = (path) => join(stage.root, isAbsolute(path) ? path : join(stage.workdir, path));
    switch (name) {
      case 'WORKDIR':
        stage.workdir = rest;
        mkdirSync(inside('.'), { recursive: true });
        break;
      case 'ENV':
        for (const pair of rest.split(/\s+/))
          stage.environment[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
        break;
      case 'COPY': {
        const words = rest.split(/\s+/);
        const from = words[0].startsWith('--from=') ? stages.get(words.shift().slice('--from='.length)) : null;
        const target = words.pop();
        for (const source of words) {
          const path = target.endsWith('/') ? join(inside(target), basename(source)) : inside(target);
          if (from === null) copyFromContext(source, path, files);
          else {
            const built = join(from.root, source);
            if (!existsSync(built)) throw new Error(`COPY --from ${source}: the stage has no such file.`);
            cpSync(built, path, { recursive: statSync(built).isDirectory(), verbatimSymlinks: true });
          }
        }
        break;
      }
      case 'RUN':
        run(
          rest.replaceAll(/ (\/[a-z]+)/g, (_, path) => ` ${stage.root}${path}`),
          inside('.'),
          stage.environment,
        );
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'HEALTHCHECK':
        stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD ') + 'CMD '.length));
        break;
      case 'CMD':
        stage.command = JSON.parse(rest);
        break;
      case 'EXPOSE':
      case 'VOLUME':
        break;
      default:
        throw new Error(`${name}: nobody has said yet what this instruction does.`);
    }
  }
  return { ...stage, folder: join(stage.root, stage.workdir) };
}

/** Ownership of files does not matter here. */
function runInShell(command, cwd, environment) {
  const steps = command.replace(/\bchown \S+/g, 'test -e');
  execFileSync('/bin/sh', ['-euc', steps], {
    cwd,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 2, 2],
  });
}

const cleanEnvironment = () => ({ PATH: process.env.PATH, HOME: process.env.HOME });

/** Starts a command of the image in its folder. */
const start = (stage, command, environment, stdio) =>
  spawn(command[0] === 'node' ? process.execPath : command[0], command.slice(1), {
    cwd: stage.folder,
    env: { ...cleanEnvironment(), ...stage.environment, ...environment },
    stdio,
  });

module.exports = { PROJECT, build, parse, runInShell, start };
