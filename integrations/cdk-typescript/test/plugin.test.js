'use strict';

/**
 * The plugin in real CDK apps: what stops the synthesis, and what CDK writes into `validation-report.json`.
 *
 * `STACKPROOF` holds the command as a JSON array; without it, it is `stackproof`.
 */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, mock, test } = require('node:test');

process.env.CDK_VALIDATION = 'false'; // the built-in validator takes seconds and is not under test

const { App, NestedStack, Stack, Stage, Validations } = require('aws-cdk-lib');
const lambda = require('aws-cdk-lib/aws-lambda');
const s3 = require('aws-cdk-lib/aws-s3');
const { LambdaDestination } = require('aws-cdk-lib/aws-s3-notifications');
const { StackproofPlugin } = require('../index');

const command = JSON.parse(process.env.STACKPROOF ?? '["stackproof"]');
const onlyLoops = ['--select', 'FM0701'];
const handler = `
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const s3 = new S3Client();
exports.handler = async () => {
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: 'out.png', Body: '' }));
};
`;

/** A bucket that triggers the function that writes to it. */
function loop(scope) {
  const bucket = new s3.Bucket(scope, 'Uploads');
  const resize = new lambda.Function(scope, 'Resize', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(handler),
    environment: { BUCKET: bucket.bucketName },
  });
  bucket.grantReadWrite(resize);
  bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new LambdaDestination(resize));
  return resize;
}

function acknowledge(scope, id, reason) {
  Validations.of(scope).acknowledge({ id, reason });
}

let folder;
const home = process.cwd();

before(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'stackproof-')));
  process.chdir(folder);
});
after(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

/** Synthesizes an app with the plugin: the error, if it was stopped, what was told, and the report of CDK. */
function synthesize(name, build, props = {}) {
  const app = new App({ outdir: path.join(folder, name) });
  Validations.of(app).addPlugins(new StackproofPlugin({ command, args: onlyLoops, ...props }));
  build(app);
  let error;
  const printing = mock.method(console, 'error', () => undefined);
  try {
    app.synth();
  } catch (thrown) {
    error = thrown.message;
  } finally {
    printing.mock.restore();
  }
  // Depending on how the app was started, the report is printed or part of the error.
  const told = [error, ...printing.mock.calls.flatMap((call) => call.arguments)].join('\n');
  const file = path.join(folder, name, 'validation-report.json');
  const [report] = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).pluginReports : [];
  return { error, told, report, violations: brief(report?.violations), suppressed: brief(report?.suppressedViolations) };
}

function brief(violations = []) {
  return violations.map(({ ruleName, severity, reason, violatingConstructs }) => [
    ruleName,
    severity,
    ...violatingConstructs.map((construct) => construct.constructPath),
    ...(reason === undefined ? [] : [reason]),
  ]);
}

describe('the plugin', () => {
  test('stops the synthesis at a loop and tells the line of its construct', () => {
    const { error, told, violations } = synthesize('plain', (app) => loop(new Stack(app, 'Documents')));
    assert.deepEqual(violations, [['FM0701', 'error', 'Documents/Resize/Resource']]);
    const made = fs.readFileSync(__filename, 'utf8').split('\n').findIndex((line) => line.includes('new lambda.Function(')) + 1;
    assert.ok(error);
    assert.match(told, new RegExp(`plugin\\.test\\.js:${made}:`));
    assert.match(told, /Acknowledge with 'Stackproof::FM0701'/);
  });

  test('lets pass what is acknowledged, and the reason is in the report', () => {
    const { error, violations, suppressed } = synthesize('acknowledged', (app) => {
      acknowledge(loop(new Stack(app, 'Documents')), 'Stackproof::FM0701', 'out.png is made once');
      acknowledge(loop(new NestedStack(new Stack(app, 'Outer'), 'Inner')).node.defaultChild, 'Stackproof::FM07', 'nor this');
    });
    assert.deepEqual([error, violations], [undefined, []]);
    assert.deepEqual(suppressed.sort(), [
      ['FM07', 'error', 'Outer/Inner/Resize/Resource', 'nor this'],
      ['FM0701', 'error', 'Documents/Resize/Resource', 'out.png is made once'],
    ]);
  });

  test('judges all stages, and an acknowledgement in one leaves its sibling alone', () => {
    const { violations, suppressed } = synthesize('stages', (app) => {
      const [prod] = ['Prod', 'Dev'].map((name) => loop(new Stack(new Stage(app, name), 'Documents')));
      acknowledge(prod, 'Stackproof::FM0701', 'once');
    });
    assert.deepEqual(violations, [['FM0701', 'error', 'Dev/Documents/Resize/Resource']]);
    assert.deepEqual(suppressed, [['FM0701', 'error', 'Prod/Documents/Resize/Resource', 'once']]);
  });

  test('obeys stackproof.yaml of the working directory wherever the assembly is', () => {
    const elsewhere = path.join(folder, 'elsewhere');
    fs.mkdirSync(elsewhere);
    fs.writeFileSync(path.join(elsewhere, 'stackproof.yaml'), 'waiver_policy: {non_waivable: [FM0701]}\n');
    process.chdir(elsewhere);
    try {
      const { error, violations } = synthesize('refused', (app) => {
        acknowledge(loop(new Stack(app, 'Documents')), 'Stackproof::FM0701', 'please');
      });
      assert.deepEqual(violations, [['FM0701', 'fatal', 'Documents/Resize/Resource']]);
      assert.ok(error);
    } finally {
      process.chdir(folder);
    }
  });

  test('warns only, below the gate', () => {
    const { error, violations } = synthesize('lenient', (app) => loop(new Stack(app, 'Documents')), { failOn: 'never' });
    assert.deepEqual([error, violations], [undefined, [['FM0701', 'warning', 'Documents/Resize/Resource']]]);
  });
});

describe('the plugin fails the synthesis with the reason when the command', () => {
  const reasons = (props) => synthesize('failed', (app) => new Stack(app, 'Documents'), props).report.metadata.error;

  test('is not there', () => {
    assert.match(reasons({ command: 'no-such-stackproof' }), /'no-such-stackproof' is not on the search path; say with 'command' where it is/);
  });
  test('does not understand an option', () => {
    assert.match(reasons({ args: ['--no-such-option'] }), /No such option/);
  });
  test('says nothing at all', () => {
    assert.match(reasons({ command: [process.execPath, '-e', 'process.exit(7)'] }), /ended with status 7/);
  });
});

test('a report of many megabytes is read whole', () => {
  const script = `console.log(JSON.stringify({ success: true, violations: [], metadata: { a: 'x'.repeat(5e6) } }))`;
  const plugin = new StackproofPlugin({ command: [process.execPath, '-e', script], args: [] });
  const report = plugin.validate({ templatePaths: [path.join(folder, 'x.template.json')] });
  assert.equal(report.metadata.a.length, 5e6);
});
