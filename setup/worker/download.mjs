import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { arch, env, platform } from 'node:process';
import { step } from '../step.mjs';
import { mediasoupVersion, place, starts, workerName } from '../worker-path.mjs';

const releases =
  env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || 'https://github.com/versatica/mediasoup/releases/download';

/**
 * Fetches the worker that mediasoup's makers built, under the name that mediasoup's own install
 * script uses.
 *
 * @returns {Promise<boolean>} false where there is none that runs on this machine
 */
export async function downloadWorker(target) {
  if (env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return false;
  let got = false;
  await step("Fetching mediasoup's ready-made media worker, about 10 s, once per machine", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coview-worker-'));
    try {
      await unpack(await fetchArchive(), folder);
      const worker = join(folder, workerName);
      if (!starts(worker)) throw new Error('it does not start on this system');
      place(worker, target);
      got = true;
    } catch (error) {
      return `not available (${reason(error)}), so it will be built from source`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return got;
}

async function fetchArchive() {
  const version = mediasoupVersion();
  const kernel = platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  const url = `${releases}/${version}/mediasoup-worker-${version}-${platform}-${arch}${kernel}.tgz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(archive, folder) {
  const { status } = spawnSync('tar', ['-xzf', '-', '-C', folder], { input: archive });
  if (status !== 0) throw new Error('the archive cannot be unpacked');
}

/** fetch hides the reason, such as ENOTFOUND, one level down. */
function reason(error) {
  const code = error.cause?.code;
  return code ? `no connection to ${new URL(releases).host}: ${code}` : error.message;
}
