// @ts-check
'use strict';

/**
 * Stackproof as a policy validation plugin of CDK apps. The command judges the assembly that CDK has just written and
 * answers with the report of a plugin (`stackproof check --format cdk`); here it is only handed on.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { version } = require('./package.json');

const CONFIGURATIONS = ['stackproof.yaml', 'stackproof.yml'];

class StackproofPlugin {
  /** What acknowledgements are prefixed with: `Stackproof::FM0701`. */
  name = 'Stackproof';

  version = version;

  /** @param {import('./index').StackproofPluginProps} [props] */
  constructor(props = {}) {
    const { command = 'stackproof', config, failOn, minConfidence, args = [] } = props;
    /** @private */
    this.command = typeof command === 'string' ? [command] : [...command];
    /** @private */
    this.configured = config !== undefined;
    /** @private */
    this.options = [
      ...option('--config', config),
      ...option('--fail-on', failOn),
      ...option('--min-confidence', minConfidence),
      ...args,
    ];
  }

  /**
   * @param {import('aws-cdk-lib').IPolicyValidationContext} context
   * @returns {import('aws-cdk-lib').PolicyValidationPluginReport}
   */
  validate(context) {
    const assembly = commonFolder(context.templatePaths);
    const options = this.configured ? this.options : [...this.options, ...configuration(assembly)];
    return judge([...this.command, 'check', ...options, '--format=cdk', '--', assembly]);
  }
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function option(name, value) {
  return value === undefined ? [] : [`${name}=${value}`];
}

/**
 * The option that names the configuration of the working directory where a search from the assembly, which CDK writes
 * to a temporary folder unless it is told another, would not come upon it.
 * @param {string} assembly
 */
function configuration(assembly) {
  const fromHere = path.relative(fs.realpathSync(process.cwd()), fs.realpathSync(assembly));
  const inside = fromHere.split(path.sep)[0] !== '..' && !path.isAbsolute(fromHere);
  const found = CONFIGURATIONS.find((name) => fs.existsSync(name));
  return inside ? [] : option('--config', found);
}

/**
 * The innermost folder that all files are in: the cloud assembly, or that of the one stage they belong to.
 * @param {string[]} files
 */
function commonFolder(files) {
  const [first, ...others] = files.map((file) => path.dirname(path.resolve(file)));
  let folder = first;
  while (others.some((other) => other !== folder && !other.startsWith(folder + path.sep))) {
    folder = path.dirname(folder);
  }
  return folder;
}

/**
 * @param {string[]} command
 * @returns {import('aws-cdk-lib').PolicyValidationPluginReport}
 */
function judge([program, ...args]) {
  // Without a shell, so that no path or option is ever a command; reports may be longer than the megabyte of the default.
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  if (done.error) {
    const hint = /** @type {NodeJS.ErrnoException} */ (done.error).code === 'ENOENT'
      ? `the command '${program}' is not on the search path; say with 'command' where it is`
      : done.error.message;
    throw new Error(hint);
  }
  try {
    return JSON.parse(done.stdout);
  } catch {
    throw new Error(done.stderr.trim() || `'${program}' ended with ${done.signal ?? `status ${done.status}`}`);
  }
}

module.exports = { StackproofPlugin };
