/** A full disk, for rows and for PostgreSQL's log: the cluster moves to a small file system, which is filled. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually } from '../../harness/eventually';
import { query } from '../../harness/sql';
import { processes } from './cluster';
import type { World } from './world';

const run = promisify(execFile);

const ROOM_KB = 96 * 1_024;
const BLOCK = Buffer.alloc(64 * 1_024);

async function mount(folder: string, sizeKb: number): Promise<void> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', folder]);
  } catch (error) {
    throw new Error('disk full: no file system can be mounted here. Run as root, or choose other faults with --only.', {
      cause: error,
    });
  }
}

/** Writes until the file system is full. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [BLOCK.length, 4_096])
      for (;;)
        try {
          writeSync(file, BLOCK, 0, size);
        } catch {
          break;
        }
  } finally {
    closeSync(file);
  }
}

/** Requests new log files until the server cannot create another and ends, or the time is up. */
async function untilServerEnds({ cluster }: World, withinMs: number): Promise<void> {
  const postmaster = await cluster.postmaster();
  const isUp = (): boolean => processes().some(({ pid }) => pid === postmaster);
  const deadline = performance.now() + withinMs;
  while (isUp() && performance.now() < deadline) {
    await query(cluster.superuserUrl, 'SELECT pg_switch_wal()').catch(() => undefined);
    await pause(100);
  }
}

export async function fillDisk(world: World): Promise<void> {
  const { cluster, around, holdMs } = world;
  const [folder, kept, ballast] = [cluster.folder, `${cluster.folder}.kept`, join(cluster.folder, 'ballast')];
  await cluster.stop();
  const { stdout } = await run('du', ['-sk', folder]);
  await rename(folder, kept);
  await mkdir(folder);
  await mount(folder, parseInt(stdout, 10) + ROOM_KB);
  await run('cp', ['-a', `${kept}/.`, folder]);
  await cluster.start();
  const before = around.ledger.acknowledged;
  await eventually(async () => around.ledger.acknowledged > before, 60_000);
  fill(ballast);
  await pause(holdMs);
  await untilServerEnds(world, 6 * holdMs);
  await rm(ballast);
  await cluster.stop();
  await rm(kept, { recursive: true });
  await run('cp', ['-a', `${folder}/.`, kept]);
  await run('umount', [folder]);
  await rm(folder, { recursive: true });
  await rename(kept, folder);
  await cluster.start();
}

/** Unmounts the file system if a run was interrupted. */
export const releaseDisk = (folder: string): Promise<void> =>
  run('umount', [folder]).then(
    () => undefined,
    () => undefined,
  );
