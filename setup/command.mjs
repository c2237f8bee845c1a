import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';
import { env, platform } from 'node:process';
import { cacheFolder } from './cache.mjs';

/** A log file that `command` calls append to, emptied first. */
export function newLog(name) {
  const log = join(cacheFolder('logs'), `${name}.log`);
  closeSync(openSync(log, 'w'));
  return log;
}

/**
 * Runs a program with all its output in a log.
 *
 * @param {string} log
 * @param {string[]} words program and arguments
 * @param {{ cwd?: string, env?: Record<string, string>, onText?: (text: string) => void }} [options]
 * @returns {Promise<boolean>} whether it ended with exit code 0
 */
export function command(log, words, options = {}) {
  const file = openSync(log, 'a');
  writeSync(file, `$ ${words.join(' ')}\n`);
  return new Promise((done) => {
    const child = spawn(words[0], words.slice(1), {
      cwd: options.cwd,
      env: { ...env, PATH: systemPath(), ...options.env },
      shell: platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        writeSync(file, text);
        options.onText?.(text);
      });
    }
    child.on('error', (error) => writeSync(file, `${error.message}\n`));
    child.on('close', (code) => {
      closeSync(file);
      done(code === 0);
    });
  });
}

/** The lines of a log that tell why it failed: from the first that speaks of an error, else the last. */
export function gist(log, length = 15) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const first = lines.findIndex((line) => /\b(error|failed)\b|^E: /i.test(line));
  return (first < 0 ? lines.slice(-length) : lines.slice(first, first + length)).join('\n');
}

/**
 * PATH without this checkout's node_modules: npm must not run on the very Node that it is about to
 * replace.
 */
function systemPath() {
  const own = resolve('node_modules') + sep;
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !resolve(entry).startsWith(own))
    .join(delimiter);
}
